import { CountAudit, CountAuditHandler } from '../../../src/application/audit/audit-stats.js';
import { mostLookedThrough, RecentAudit, RecentAuditHandler } from '../../../src/application/audit/recent-audit.js';
import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import type { EventStore, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { InMemoryEventStore } from '../../../src/infrastructure/eventstore/in-memory-event-store.js';
import { newEvent, streamOf } from '../../projections/support/history.js';
import { examples } from '../../support/examples.js';
import { FakeClock } from '../../support/fake-clock.js';

const queue = 'yard';
const day = 86_400_000;

describe('the newest of the audit', () => {
  let clock: FakeClock;
  let log: InMemoryEventStore;
  let looked: number;
  let recent: (ask?: Partial<RecentAudit['ask']>) => ReturnType<RecentAuditHandler['execute']>;
  let count: (ask?: CountAudit['ask']) => ReturnType<CountAuditHandler['execute']>;
  beforeEach(() => {
    clock = new FakeClock();
    log = new InMemoryEventStore(() => clock.nowMs());
    looked = 0;
    const store = Object.assign(Object.create(log) as EventStore, {
      readAllBackwards: (...asked: Parameters<EventStore['readAllBackwards']>) =>
        counted(log.readAllBackwards(...asked)),
    });
    recent = (ask = {}) => new RecentAuditHandler(store).execute(new RecentAudit({ limit: 3, ...ask }));
    count = (ask = {}) => new CountAuditHandler(store, clock).execute(new CountAudit(ask));
  });
  async function* counted(events: AsyncIterable<RecordedEvent>): AsyncIterable<RecordedEvent> {
    for await (const event of events) {
      looked += 1;
      yield event;
    }
  }

  const queued = (taskId: string, of = queue) => examples.agentTask.queued({ queue: of, taskId, dependencies: [] });
  async function write(...events: readonly DomainEvent[]): Promise<void> {
    for (const event of events) await log.append(streamOf(event), 'none', [newEvent(event)]);
  }
  async function others(many: number): Promise<void> {
    const one = newEvent(examples.player.registered());
    for (let i = 0; i < many; i += 500) {
      const events = Array.from({ length: Math.min(500, many - i) }, (_, n) => ({ ...one, id: `${i}-${n}` }));
      await log.append(`ship-1.S-${i}-${await log.headPosition()}`, 'none', events);
    }
  }
  const names = ({ events }: Awaited<ReturnType<typeof recent>>) => events.map(({ task_id }) => task_id);

  it('[A374] is read from the end of the log, and no further back than what is shown', async () => {
    await others(5_000);
    await write(...['1', '2', '3', '4', '5'].map((taskId) => queued(taskId)));
    await others(100);
    const newest = await recent();
    expect(names(newest)).toEqual(['3', '4', '5']);
    expect(looked).toBe(103);
    const older = await recent({ before: newest.next ?? 0n });
    expect(names(older)).toEqual(['1', '2']);
    expect(older.next).toBeNull();
  });

  it('is looked for in so many events at most, and says from where to look on', async () => {
    await write(queued('1'));
    await others(mostLookedThrough + 10);
    const newest = await recent();
    expect(newest.events).toEqual([]);
    expect(looked).toBe(mostLookedThrough);
    expect(names(await recent({ before: newest.next ?? 0n }))).toEqual(['1']);
  });

  it('ends at a moment, and at a position', async () => {
    await write(queued('1'));
    clock.pass(60_000);
    const sinceMs = clock.nowMs();
    await write(queued('2'), queued('3', 'other'));
    expect(names(await recent({ sinceMs }))).toEqual(['2', '3']);
    expect(names(await recent({ sinceMs, queue }))).toEqual(['2']);
    expect(names(await recent({ after: 2n }))).toEqual(['3']);
    expect((await recent({ sinceMs })).next).toBeNull();
  });

  it('[A374] is counted over a day, or since another moment, and what is older is not even read', async () => {
    await others(1_000);
    await write(queued('1'));
    clock.pass(2 * day);
    await write(queued('2'), queued('3'));
    const since = (ms: number) => new Date(ms).toISOString();
    expect(await count()).toMatchObject({
      since: since(clock.nowMs() - day),
      total: 2,
      tasks: 2,
      byType: { QUEUED: 2 },
    });
    expect(looked).toBe(3);
    const all = await count({ sinceMs: 0 });
    expect(all).toMatchObject({ since: since(0), total: 3, tasks: 3 });
    expect(looked).toBe(3 + 1_003);
  });
});
