import { LogBroken, LogFull, type EventLog } from '../../../src/embedded/eventstore/log/event-log.js';
import { openMemoryLog } from '../../../src/embedded/eventstore/log/memory-log.js';
import { serveLog } from '../../../src/embedded/eventstore/server.js';
import { all, Client, event, events, failureOf, revisions } from './support.js';

/** A log that refuses appends while `failure` is set, as one on a full or broken disk does. */
function failingLog() {
  const inner = openMemoryLog();
  const state: { failure: LogFull | LogBroken | undefined } = { failure: undefined };
  const log = new Proxy(inner, {
    get(target, key: keyof EventLog) {
      const { failure } = state;
      if (key === 'append' && failure !== undefined) return () => Promise.reject(failure);
      const value: unknown = target[key];
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  return { log, state };
}

describe.each([true, false])('an event store whose disk is full (batch append: %s)', (advertiseBatchAppend) => {
  it('refuses appends, serves reads, and takes the same append again when there is room', async () => {
    const { log, state } = failingLog();
    const server = await serveLog(log, '127.0.0.1', { advertiseBatchAppend });
    const client = Client.connectionString(server.connectionString);
    await client.appendToStream('ship-1', events(2));
    state.failure = new LogFull('The disk is full.');
    const batch = events(2);
    const failure = await failureOf(client.appendToStream('ship-1', batch));
    if (advertiseBatchAppend) expect(failure['type']).toBe('unknown');
    else expect(failure).toMatchObject({ code: 8, message: expect.stringContaining('The disk is full.') as string });
    expect(revisions(await all(client.readStream('ship-1')))).toEqual([0, 1]);
    if (!advertiseBatchAppend) expect(await failureOf(client.deleteStream('ship-1'))).toMatchObject({ code: 8 });
    state.failure = undefined;
    expect((await client.appendToStream('ship-1', batch)).nextExpectedRevision).toBe(3n);
    expect(revisions(await all(client.readStream('ship-1')))).toEqual([0, 1, 2, 3]);
    await client.dispose();
    await server.stop();
  });

  it('says that it is not available when the disk is broken', async () => {
    const { log, state } = failingLog();
    const server = await serveLog(log, '127.0.0.1', { advertiseBatchAppend });
    const client = Client.connectionString(server.connectionString);
    state.failure = new LogBroken('A sync failed.');
    const failure = await failureOf(client.appendToStream('ship-1', event()));
    expect(failure['type']).toBe(advertiseBatchAppend ? 'unknown' : 'unavailable');
    await client.dispose();
    await server.stop();
  });
});
