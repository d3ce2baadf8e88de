import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import type { NewEvent } from '../../../src/application/ports/event-store.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { fleet } from '../../../src/projections/fleet/fleet.js';
import { fingerprintOf } from '../../../src/projections/rebuild/fingerprint.js';
import { rebuild } from '../../../src/projections/rebuild/rebuild.js';
import { shadowOf } from '../../../src/projections/rebuild/shadow.js';
import { eventually } from '../../support/eventually.js';
import { newEvent, streamOf } from '../support/history.js';
import { scoutHistory } from '../support/scout-history.js';
import { World } from '../support/world.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const rooms = ['domain', 'application', 'projections', 'infrastructure/postgres', 'infrastructure/eventstore'];

/**
 * Rebuilds the fleet from the events in a file, in small batches, and says so after each. A moment after so many events it
 * stands still, wherever it is: whoever kills it may be slow.
 */
const script = `
import { readFileSync, writeSync } from 'node:fs';
import { systemClock } from './infrastructure/clock.js';
import { InMemoryEventStore } from './infrastructure/eventstore/in-memory-event-store.js';
import { PostgresDatabase } from './infrastructure/postgres/postgres-database.js';
import { fleet } from './projections/fleet/fleet.js';
import { rebuild } from './projections/rebuild/rebuild.js';

const [url, file, after] = process.argv.slice(2);
const standStill = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
const store = new InMemoryEventStore();
const revisions = new Map();
for (const [stream, event] of JSON.parse(readFileSync(file, 'utf8'))) {
  const { revision } = await store.append(stream, revisions.get(stream) ?? 'none', [event]);
  revisions.set(stream, revision);
}
const onProgress = ({ phase, events }) => {
  writeSync(1, phase + ' ' + events + '\\n');
  if (events >= Number(after)) setTimeout(standStill, Math.random() * 8);
};
const database = new PostgresDatabase({ url });
await rebuild(fleet, { store, database, clock: systemClock }, { batchSize: 3, acceptDifferences: true, onProgress });
`;

/** Where packages are found from, and nobody looks for sources. */
async function compile(): Promise<string> {
  const cache = join(root, 'node_modules/.cache/holdfast');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'rebuild-killed-'));
  const listed = await Promise.all(
    rooms.map(async (room) =>
      (await readdir(join(root, 'src', room), { recursive: true })).map((name) => join(room, name)),
    ),
  );
  for (const name of [...listed.flat(), 'infrastructure/clock.ts'].filter((each) => each.endsWith('.ts'))) {
    const { code } = await transformFile(join(root, 'src', name), {
      swcrc: false,
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2022',
      },
      module: { type: 'es6' },
    });
    const target = join(folder, name.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code);
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'child.js'), script);
  return folder;
}

describe('a rebuild that is killed', () => {
  let world: World;
  let folder: string;
  let child: ChildProcess | undefined;
  const history = scoutHistory(10, 12);

  beforeAll(async () => {
    folder = await compile();
    world = await World.open();
    const written: (readonly [string, NewEvent])[] = [];
    for (const event of history) {
      const entry = [streamOf(event), newEvent(event)] as const;
      written.push(entry);
      await world.writer.writeRaw(...entry);
    }
    await writeFile(join(folder, 'events.json'), JSON.stringify(written));
    world.project();
    await world.reached(BigInt(history.length));
  });
  afterAll(async () => {
    child?.kill('SIGKILL');
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  const fingerprints = () => Promise.all(fleet.tables.map((table) => fingerprintOf(world.database, undefined, table)));
  const shadow = () => world.database.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [shadowOf(fleet)]);

  it.each([30, 200])(
    'leaves the live view as it was, and can be started again (killed after %i events)',
    async (after) => {
      const before = await fingerprints();
      const args = [join(folder, 'child.js'), world.room.url, join(folder, 'events.json'), String(after)];
      const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      child = running;
      const ended = new Promise((resolve) => running.once('exit', (_code, signal) => resolve(signal)));
      let folded = 0;
      for await (const line of createInterface({ input: running.stdout })) {
        const [phase, events] = line.split(' ');
        expect(phase).toBe('folding');
        folded = Number(events);
        if (folded >= after) break;
      }
      running.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
      expect(folded).toBeLessThan(history.length - 2);
      expect(await shadow()).toHaveLength(1);
      expect(await fingerprints()).toEqual(before);

      const outcome = await eventually(async () => {
        const again = await rebuild(fleet, { store: world.store, database: world.database, clock: systemClock });
        expect(again.type).not.toBe('AlreadyRunning');
        return again;
      });
      expect(outcome).toMatchObject({ type: 'Rebuilt', compared: true, differences: [] });
      expect(await shadow()).toEqual([]);
      expect(await fingerprints()).toEqual(before);
    },
  );
});
