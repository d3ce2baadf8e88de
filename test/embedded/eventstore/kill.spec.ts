import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { eventually } from '../../support/eventually.js';
import { startProcess } from './server-process.js';
import { Client, events } from './support.js';

const kills = 10;
const writers = 12;

describe('an event store that is killed under load', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-kill-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Everything in the log, by event id. */
  async function contents(client: EventStoreDBClient): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const { event } of client.readAll())
      found.set(event!.id, `${event!.streamId}/${event!.revision}@${event!.position.commit}`);
    return found;
  }

  it(`loses nothing it acknowledged and moves nothing, in ${kills} kills`, async () => {
    const acknowledged = new Map<string, string>();
    const heads = new Map<string, bigint>();
    let known = new Map<string, string>();
    for (let round = 0; round <= kills; round++) {
      const server = await startProcess('--data', directory, ...(round % 2 === 0 ? ['--no-batch-append'] : []));
      const client = Client.connectionString(server.listening.connectionString);
      const found = await contents(client);
      for (const [id, place] of acknowledged)
        if (found.get(id)?.startsWith(place) !== true) throw new Error(`lost ${place}`);
      for (const [id, place] of known) expect(found.get(id)).toBe(place);
      known = found;
      for (const place of found.values()) {
        const [, stream, revision] = /^(.*)\/(\d+)@/.exec(place)!;
        if ((heads.get(stream!) ?? -1n) < BigInt(revision!)) heads.set(stream!, BigInt(revision!));
      }
      if (round === kills) {
        await client.dispose();
        await server.end('SIGTERM');
        break;
      }
      let acks = 0;
      const write = async (writer: number): Promise<void> => {
        const stream = `kill-${writer}`;
        for (;;) {
          const head = heads.get(stream);
          const batch = events(1 + (acks % 3));
          const { nextExpectedRevision, position } = await client.appendToStream(stream, batch, {
            expectedRevision: head ?? 'no_stream',
          });
          heads.set(stream, nextExpectedRevision);
          batch.forEach(({ id }, index) => {
            const revision = nextExpectedRevision - BigInt(batch.length - 1 - index);
            acknowledged.set(id, `${stream}/${revision}@${index === batch.length - 1 ? position!.commit : ''}`);
          });
          acks += 1;
        }
      };
      const writing = Array.from({ length: writers }, (_, writer) => write(writer).catch(() => undefined));
      const target = 5 + ((round * 37) % 90);
      await eventually(() => expect(acks).toBeGreaterThan(target), 20_000, 1);
      expect(await server.end('SIGKILL')).toBe('SIGKILL');
      await Promise.all(writing);
      await client.dispose();
    }
    expect(acknowledged.size).toBeGreaterThan(250);
  }, 240_000);
});
