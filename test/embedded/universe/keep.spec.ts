import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Caller, endUniverses, newGame, universe } from './support.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-universe-'));
});
afterEach(async () => {
  await endUniverses();
  rmSync(directory, { recursive: true, force: true });
});

describe('what a universe keeps', () => {
  it('is the same whether it is read from the journal or from a snapshot', async () => {
    const options = { dataDir: directory, snapshotEvery: 7 };
    const caller = await newGame(options);
    for (let lot = 0; lot < 10; lot++) await caller.post('/my/ships/TESTER-1/purchase', { symbol: 'FUEL', units: 1 });
    await caller.post('/my/ships', { shipType: 'SHIP_PROBE', waypointSymbol: 'X1-HF01-A2' });
    await caller.bring('TESTER-2', 'X1-HF01-A1');
    const readings = async () =>
      Promise.all(
        ['/my/agent', '/my/ships', '/systems/X1-HF01/waypoints/X1-HF01-A1/market', '/']
          .map((path) => caller.get(path).then(({ body }) => body))
          .concat(caller.deeds()),
      );
    const before = await readings();
    await endUniverses();
    expect(JSON.parse(readFileSync(join(directory, 'snapshot.json'), 'utf8')).number).toBeGreaterThanOrEqual(14);
    expect(readFileSync(join(directory, 'journal.jsonl'), 'utf8').split('\n').length).toBeLessThanOrEqual(8);

    const { url } = await universe(options);
    Object.assign(caller, { url });
    expect(await readings()).toEqual(before);
  });

  it('counts no change twice when a crash left the journal of before beside a new snapshot', async () => {
    const caller = await newGame({ dataDir: directory });
    const lot = () => caller.post('/my/ships/TESTER-1/purchase', { symbol: 'FUEL', units: 1 });
    await lot();
    await endUniverses();
    const journal = join(directory, 'journal.jsonl');
    const before = readFileSync(journal, 'utf8');

    Object.assign(caller, { url: (await universe({ dataDir: directory, snapshotEvery: 1 })).url });
    await lot();
    await endUniverses();
    expect(readFileSync(journal, 'utf8')).toBe('');
    writeFileSync(journal, before);

    Object.assign(caller, { url: (await universe({ dataDir: directory })).url });
    expect((await caller.data('/my/ships/TESTER-1/cargo')).units).toBe(2);
    expect(await caller.deeds('purchase')).toHaveLength(2);
    expect((await lot()).body.data.cargo.units).toBe(3);
  });

  it('goes on with what it began with, also when a later version would generate something else', async () => {
    await universe({ dataDir: directory });
    await endUniverses();
    const path = join(directory, 'universe.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"startingCredits":175000', '"startingCredits":7'));
    const { agent } = await new Caller((await universe({ dataDir: directory })).url).register();
    expect(agent.credits).toBe(7);
    await expect(universe({ dataDir: directory, symbol: 'X1-AB12' })).rejects.toThrow(directory);
  });

  it('is the same universe, names and tokens for the same seed, and another one for another', async () => {
    const told = async (seed: number) => {
      const { url } = await universe({ seed });
      const caller = new Caller(url);
      const { token } = await caller.register();
      return { token, waypoints: await caller.data('/systems/X1-HF01/waypoints?limit=20') };
    };
    expect(await told(1)).toEqual(await told(1));
    const other = await told(2);
    expect(other.token).not.toBe((await told(1)).token);
    expect(other.waypoints).not.toEqual((await told(1)).waypoints);
  });
});
