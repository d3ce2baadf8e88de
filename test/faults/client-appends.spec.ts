import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import {
  AppendTooLarge,
  OutcomeUnknown,
  StoreFull,
  StoreUnavailable,
  type EventStore,
  type NewEvent,
} from '../../src/application/ports/event-store.js';
import { connectEventStore } from '../../src/infrastructure/eventstore/connect.js';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { examples } from '../support/examples.js';
import { ScriptedStore, type AppendScript } from '../support/scripted-store.js';

const deadlineMs = 400;
/** For a machine that is busy with other things. */
const slackMs = 1500;
const stream = 'ship-1.COOPER-2';

const granted = (): NewEvent => ({ ...examples.newEvent(examples.lease.granted()), id: randomUUID() });

async function took<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const startedAt = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedAt };
}

describe('an append over the official client', () => {
  let server: ScriptedStore;
  let store: EventStore;
  let settled: string[];

  beforeEach(async () => {
    server = await ScriptedStore.start();
    settled = [];
    store = connectEventStore(server.connectionString, { deadlineMs }, (as) => settled.push(as));
  });
  afterEach(async () => {
    await store.close();
    server.stop();
  });

  const appendTo = (name: string, events: readonly NewEvent[]) => store.append(name, 'none', events);
  const idsInLog = () => server.log.map(({ proposed }) => proposed.getId()?.getString());

  describe('without an answer', () => {
    it('ends at its deadline, not known, if nothing is ever answered', async () => {
      server.appendScripts.push('silence', 'silence');
      server.readScripts.push(...Array.from({ length: 50 }, () => 'silence' as const));
      const event = granted();
      const { value, ms } = await took(() => appendTo(stream, [event]).catch((failure: unknown) => failure));
      expect(value).toBeInstanceOf(OutcomeUnknown);
      expect(value).toMatchObject({ commandId: event.metadata.commandId });
      expect(ms).toBeGreaterThanOrEqual(deadlineMs);
      expect(ms).toBeLessThan(2 * deadlineMs + slackMs * busy());
    });

    it('is written once more, with the same id, if the log can be read and does not have it', async () => {
      server.appendScripts.push('silence', 'answer');
      const event = granted();
      expect(await appendTo(stream, [event])).toEqual({ type: 'Appended', revision: 0n, position: 100n });
      expect(idsInLog()).toEqual([event.id]);
    });

    it('is known to be written if the log has it', async () => {
      server.appendScripts.push('write, then silence');
      const events = [granted(), granted()];
      expect(await appendTo(stream, events)).toEqual({ type: 'Appended', revision: 1n, position: 200n });
      expect(idsInLog()).toEqual(events.map(({ id }) => id));
      expect(server.calls.filter((call) => call === 'append')).toHaveLength(1);
      expect(settled).toEqual(['committed']);
    });

    it('is a conflict if somebody else wrote meanwhile', async () => {
      server.appendScripts.push('silence');
      const mine = appendTo(stream, [granted()]);
      await eventually(() => expect(server.calls).toContain('append'));
      const theirs = granted();
      expect((await appendTo(stream, [theirs])).type).toBe('Appended');
      expect(await mine).toEqual({ type: 'Conflict' });
      expect(idsInLog()).toEqual([theirs.id]);
      expect(settled).toEqual(['absent']);
    });

    it('stays unknown if it goes unanswered twice and the log has nothing', async () => {
      server.appendScripts.push('silence', 'silence');
      await expect(appendTo(stream, [granted()])).rejects.toThrow(OutcomeUnknown);
      expect(server.log).toHaveLength(0);
    });
  });

  const brokenBy = [
    status.UNAVAILABLE,
    status.CANCELLED,
    status.ABORTED,
    status.INTERNAL,
    status.UNKNOWN,
    status.DEADLINE_EXCEEDED,
  ];
  describe.each(brokenBy.map((code) => [status[code], code] as const))('that ends with %s', (_, fail) => {
    it.each([true, false])('stands exactly once in the log, written at the first try: %p', async (written) => {
      server.appendScripts.push({ fail, written });
      const event = granted();
      expect(await appendTo(stream, [event])).toEqual({ type: 'Appended', revision: 0n, position: 100n });
      expect(idsInLog()).toEqual([event.id]);
    });

    it('is settled though the first readings fail too', async () => {
      server.appendScripts.push({ fail, written: true });
      server.readScripts.push({ fail: status.UNAVAILABLE, afterEvents: 0 });
      expect((await appendTo(stream, [granted()])).type).toBe('Appended');
      expect(server.log).toHaveLength(1);
    });
  });

  describe('that a server calls a conflict', () => {
    it('is one, whatever revision the server names', async () => {
      server.appendScripts.push('claim a conflict');
      expect(await appendTo(stream, [granted()])).toEqual({ type: 'Conflict' });
    });

    it('is none if the events there are its own', async () => {
      server.appendScripts.push('write, then claim a conflict');
      const event = granted();
      expect(await appendTo(stream, [event])).toEqual({ type: 'Appended', revision: 0n, position: 100n });
      expect(idsInLog()).toEqual([event.id]);
    });

    it('is none if its second try was written and was told so', async () => {
      server.appendScripts.push({ fail: status.UNAVAILABLE }, 'write, then claim a conflict');
      const event = granted();
      expect(await appendTo(stream, [event])).toEqual({ type: 'Appended', revision: 0n, position: 100n });
      expect(idsInLog()).toEqual([event.id]);
    });

    it('is left unknown if the log cannot be read to see whose events they are', async () => {
      server.appendScripts.push('write, then claim a conflict');
      server.readScripts.push(...Array.from({ length: 50 }, () => 'silence' as const));
      await expect(appendTo(stream, [granted()])).rejects.toThrow(OutcomeUnknown);
    });
  });

  it.each<[string, AppendScript, new (...args: never[]) => Error]>([
    ['has no room', { fail: status.RESOURCE_EXHAUSTED }, StoreFull],
    [
      'finds the event too large',
      { fail: status.INVALID_ARGUMENT, details: 'Event exceeds Maximum Append Event Size of 1.' },
      AppendTooLarge,
    ],
    ['does not know who asks', { fail: status.UNAUTHENTICATED }, StoreUnavailable],
  ])('is not tried again when the server %s', async (_, script, error) => {
    server.appendScripts.push(script);
    await expect(appendTo(stream, [granted()])).rejects.toThrow(error);
    expect(server.calls).toEqual(['append']);
  });

  it('fails at once as unavailable when nobody listens', async () => {
    server.stop();
    const { value, ms } = await took(() => appendTo(stream, [granted()]).catch((failure: unknown) => failure));
    expect(value).toBeInstanceOf(StoreUnavailable);
    expect(ms).toBeLessThan(deadlineMs + slackMs * busy());
  });

  it('survives a server that sends everybody away', async () => {
    await appendTo('ship-1.A', [granted()]);
    server.goAway(50);
    expect((await appendTo('ship-1.B', [granted()])).type).toBe('Appended');
    expect(server.log).toHaveLength(2);
  });

  it('refuses what JSON cannot hold, before the client sees it', async () => {
    const event = { ...granted(), data: { units: 1n as unknown as number } };
    await expect(appendTo(stream, [event])).rejects.toThrow(TypeError);
    expect(server.calls).toEqual([]);
  });
});

describe('a read over the official client', () => {
  let server: ScriptedStore;
  let store: EventStore;

  beforeEach(async () => {
    server = await ScriptedStore.start();
    store = connectEventStore(server.connectionString, { deadlineMs });
    await store.append(stream, 'none', Array.from({ length: 20 }, granted));
  });
  afterEach(async () => {
    await store.close();
    server.stop();
  });

  it('gives all of what was asked for, or fails as unavailable', async () => {
    server.readScripts.push({ fail: status.UNAVAILABLE, afterEvents: 7 });
    await expect(store.readForwards(stream, { max: 20 })).rejects.toThrow(StoreUnavailable);
    expect(await store.readForwards(stream, { max: 20 })).toHaveLength(20);
  });

  it('fails as unavailable when the server is mute', async () => {
    server.readScripts.push('silence');
    const { value, ms } = await took(() =>
      store.readBackwards(stream, { max: 1 }).catch((failure: unknown) => failure),
    );
    expect(value).toBeInstanceOf(StoreUnavailable);
    expect(ms).toBeLessThan(deadlineMs + slackMs * busy());
    expect(await store.readBackwards(stream, { max: 1 })).toHaveLength(1);
  });

  it('of the whole log says where it broke off', async () => {
    server.readScripts.push({ fail: status.UNAVAILABLE, afterEvents: 7 });
    const found: bigint[] = [];
    const reading = (async () => {
      for await (const { revision } of store.readAll({ streamPrefixes: ['ship-'] })) found.push(revision);
    })();
    await expect(reading).rejects.toThrow(StoreUnavailable);
    expect(found.length).toBeLessThanOrEqual(7);
    expect(found).toEqual(found.map((_, n) => BigInt(n)));
  });

  it('may wait as long as its reader likes', async () => {
    let read = 0;
    for await (const _ of store.readAll({ streamPrefixes: ['ship-'] })) {
      if (read++ === 3) await new Promise((resolve) => setTimeout(resolve, 1.5 * deadlineMs));
    }
    expect(read).toBe(20);
  });
});
