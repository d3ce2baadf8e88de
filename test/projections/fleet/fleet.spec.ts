import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { handOver } from '../../../src/domain/lease/handing-over.js';
import { release } from '../../../src/domain/lease/releasing.js';
import type { LeaseEvent } from '../../../src/domain/lease/events.js';
import { lease as leaseAggregate } from '../../../src/domain/lease/lease.js';
import { fold } from '../../support/fold.js';
import { containers, type ContainerTableRow } from '../../../src/projections/fleet/containers.js';
import { fleet } from '../../../src/projections/fleet/fleet.js';
import { shipAssignments, type ShipAssignmentRow } from '../../../src/projections/fleet/ship-assignments.js';
import { foldView } from '../../support/fold-view.js';
import { examples } from '../../support/examples.js';
import { factsOf } from '../support/history.js';

const { lease, container, atMs } = examples;
const resource = examples.ship();
const later = atMs + 60_000;

function assignmentAfter(...events: DomainEvent[]): ShipAssignmentRow {
  const [row] = foldView(fleet, factsOf(events)).sorted(shipAssignments);
  return row as unknown as ShipAssignmentRow;
}

function containerAfter(...events: DomainEvent[]): ContainerTableRow | undefined {
  const [row] = foldView(fleet, factsOf(events)).sorted(containers);
  return row as unknown as ContainerTableRow | undefined;
}

const held = (id: string) => lease.granted({ holder: examples.holder({ id }), operation: 'command' });

function handedOver(...before: LeaseEvent[]): LeaseEvent[] {
  const { events } = handOver(
    {
      resource,
      nowMs: later,
      from: { id: 'scout-tour-test-1-old123', token: 1 },
      to: examples.holder({ id: 'scout-tour-test-1-new456' }),
      operation: 'command',
      ttlMs: 30_000,
      reason: 'restart',
      by: examples.asker({ kind: 'system', id: 'recovery' }),
    },
    fold(leaseAggregate, before),
  );
  return [...before, ...events];
}

describe('the row of a ship', () => {
  it('[A100] points at the new container after a hand-over, active, with a newer time', () => {
    expect(assignmentAfter(...handedOver(held('scout-tour-test-1-old123')))).toMatchObject({
      container_id: 'scout-tour-test-1-new456',
      status: 'active',
      operation: 'command',
      assigned_at: later,
      token: 2,
    });
  });

  it('[A101] has neither reason nor time of release after a released ship was handed over', () => {
    const granted = held('scout-tour-test-1-old123');
    const holder = examples.holder({ id: 'scout-tour-test-1-old123' });
    const ask = {
      resource,
      nowMs: atMs,
      holder,
      token: 1,
      reason: 'failed',
      detail: '',
      by: examples.asker(),
    } as const;
    const { events } = release(ask, fold(leaseAggregate, [granted]));
    expect(assignmentAfter(granted, ...events)).toMatchObject({ status: 'idle', release_reason: 'failed' });

    expect(assignmentAfter(...handedOver(granted, ...events))).toMatchObject({
      status: 'active',
      container_id: 'scout-tour-test-1-new456',
      released_at: null,
      release_reason: null,
    });
  });

  it('[A102] stays with its holder when the giver is another', () => {
    expect(assignmentAfter(...handedOver(held('different-container-123')))).toMatchObject({
      container_id: 'different-container-123',
      token: 1,
    });
  });

  it('names no container when idle; the last holder stands in its own columns', () => {
    expect(assignmentAfter(lease.granted(), lease.released({ atMs: later }))).toMatchObject({
      container_id: null,
      holder_id: null,
      status: 'idle',
      operation: 'scout-tour',
      assigned_at: atMs,
      released_at: later,
      release_reason: 'completed',
      previous_holder_id: examples.containerId,
      previous_token: 1,
    });
  });

  it('is reserved, and names no container, while an operator has it', () => {
    expect(assignmentAfter(lease.granted(), lease.reserved())).toMatchObject({
      status: 'reserved',
      container_id: null,
      holder_kind: 'operator',
      holder_id: 'ada',
      reservation_reason: 'under repair',
    });
  });

  it('is active but names no container while an agent has it', () => {
    expect(assignmentAfter(lease.granted({ holder: examples.agent() }))).toMatchObject({
      status: 'active',
      container_id: null,
      holder_kind: 'agent',
      holder_id: 'agent-7',
    });
  });

  it('says from when it is free after an unclean loss', () => {
    expect(assignmentAfter(lease.granted(), lease.expired()).free_from).toBe(atMs + 30_000);
  });

  it('carries effects and obligations over a hand-over', () => {
    const row = assignmentAfter(lease.granted(), lease.effectIntended(), lease.obligationIncurred());
    expect(JSON.parse(row.effects)).toEqual([examples.openEffect()]);
    expect(JSON.parse(row.obligations)).toEqual([examples.obligation()]);
    const settled = assignmentAfter(
      lease.granted(),
      lease.effectIntended(),
      lease.obligationIncurred(),
      lease.effectObserved(),
      lease.obligationSettled(),
    );
    expect([settled.effects, settled.obligations]).toEqual(['[]', '[]']);
  });

  it('can begin with a chapter', () => {
    expect(assignmentAfter(lease.chapterOpened())).toMatchObject({
      status: 'active',
      token: 1,
      operation: 'scout-tour',
    });
  });
});

describe('the row of a container', () => {
  it('has the config as the caller gave it, and what the SQL of old reads from it', () => {
    const config = { iterations: -1, params: { system: 'X1-TS98', markets: ['X1-TS98-A1'] } };
    const row = containerAfter(container.created({ config }));
    expect(JSON.parse(row?.config ?? '')).toEqual({ ...config, command_type: 'ScoutTourCommand' });
  });

  it('gives a flat config params to read', () => {
    const row = containerAfter(container.created({ config: { system: 'X1-TS98' } }));
    expect(JSON.parse(row?.config ?? '')).toMatchObject({ params: { system: 'X1-TS98' } });
  });

  it('[A104] stays RUNNING through back-off, with the time of the next attempt', () => {
    const row = containerAfter(
      container.created(),
      container.starting(),
      container.started(),
      container.attemptEnded(),
    );
    expect(row).toMatchObject({
      status: 'RUNNING',
      restart_count: 1,
      back_off_until: atMs + 5_000,
      back_off_error: 'no fuel',
      last_error: 'no fuel',
    });
  });

  it('is FAILED with exit code and reason at the end', () => {
    const row = containerAfter(container.created(), container.starting(), container.started(), container.failed());
    expect(row).toMatchObject({ status: 'FAILED', exit_code: 1, exit_reason: 'restarts exhausted', stopped_at: atMs });
  });

  it('is gone once the container was removed', () => {
    expect(containerAfter(container.created(), container.completed(), container.removed())).toBeUndefined();
  });

  it('carries the token it proves itself by', () => {
    expect(containerAfter(container.created(), container.starting(), container.started())?.token).toBe(1);
  });

  it('merges metadata', () => {
    const row = containerAfter(container.created(), container.metadataSet());
    expect(JSON.parse(row?.metadata ?? '')).toEqual({ asked_by: 'ada', phase: 'outbound' });
  });
});

describe('an event in the wrong place', () => {
  it.each([
    ['another ship', 'ship-1.COOPER-9', lease.granted()],
    ['another container', 'container-other', container.created()],
    ['a ship', 'ship-1.COOPER-2', container.created()],
    ['a container', 'container-other', examples.player.registered()],
  ])('is refused in the stream of %s', (_whose, stream, event) => {
    const fact = { stream, revision: 0n, position: 1n, event };
    expect(() => foldView(fleet, [fact])).toThrow();
  });

  it('is refused when the stream does not begin with a beginning', () => {
    expect(() => foldView(fleet, factsOf([container.completed()]))).toThrow('cannot begin with');
  });
});
