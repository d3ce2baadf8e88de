import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { Caller } from './support.js';
import { refusedAt, startAt, type UniverseAt } from './universe-process-at.js';

let directory: string;
let running: UniverseAt[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-universe-'));
});
afterEach(async () => {
  for (const { child } of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  running = [];
  rmSync(directory, { recursive: true, force: true });
});

async function start(...args: string[]): Promise<UniverseAt> {
  const started = await startAt(...args);
  running.push(started);
  return started;
}

const kept = () => start('--data', directory, '--no-rate-limit');
const buy = (caller: Caller, units: number) => caller.post('/my/ships/TESTER-1/purchase', { symbol: 'FUEL', units });

/** What an agent can read of itself. */
async function reading(caller: Caller): Promise<unknown> {
  return [await caller.data('/my/agent'), await caller.data('/my/ships'), await caller.deeds()];
}

describe('the process of a universe', () => {
  it('says where it listens, to its parent and on its output, and stops with code 0', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { listening, output, end } = await start('--mem');
      expect(listening).toMatchObject({ event: 'listening', url: `http://127.0.0.1:${listening.port}` });
      await eventually(() => expect(JSON.parse(output())).toEqual(listening));
      expect(await end(signal)).toBe(0);
    }
  });

  it('finds everything that was answered again after it was killed, and the token still counts', async () => {
    const first = await kept();
    const caller = new Caller(first.listening.url);
    await caller.register();
    await caller.post('/my/ships/TESTER-2/orbit');
    await caller.post('/my/ships/TESTER-2/navigate', { waypointSymbol: 'X1-HF01-K20' });
    await Promise.all(Array.from({ length: 20 }, () => buy(caller, 1)));
    const before = await reading(caller);
    await first.end('SIGKILL');

    const second = await kept();
    const again = new Caller(second.listening.url);
    again.token = caller.token;
    const now = (await reading(again)) as unknown[];
    expect(now[0]).toEqual((before as unknown[])[0]);
    expect(now[2]).toEqual((before as unknown[])[2]);
    expect((await again.data('/my/ships/TESTER-1/cargo')).inventory).toMatchObject([{ symbol: 'FUEL', units: 20 }]);
    expect((await again.data('/my/ships/TESTER-2/nav')).route.destination.symbol).toBe('X1-HF01-K20');
  });

  it('loses no answered change when it is killed in the middle of many', async () => {
    const first = await kept();
    const caller = new Caller(first.listening.url);
    await caller.register();
    await caller.control('agents/TESTER', { credits: 1_000_000 });
    let answered = 0;
    const shuttle = async () => {
      for (;;) {
        const { status } = await caller.post('/my/ships/TESTER-1/purchase', { symbol: 'FUEL', units: 1 });
        if (status !== 201) return;
        answered++;
        if (answered >= 25) first.child.kill('SIGKILL');
      }
    };
    const gone = once(first.child, 'exit');
    await Promise.allSettled([shuttle(), shuttle(), shuttle()]);
    await gone;
    expect(answered).toBeGreaterThanOrEqual(25);

    const second = await kept();
    const again = new Caller(second.listening.url);
    again.token = caller.token;
    const purchases = (await again.deeds('purchase')).length;
    expect(purchases).toBeGreaterThanOrEqual(answered);
    expect((await again.data('/my/ships/TESTER-1/cargo')).units).toBe(purchases);
  });

  it('cuts a change whose writing was interrupted, and says how much', async () => {
    const first = await kept();
    const caller = new Caller(first.listening.url);
    await caller.register();
    await first.end('SIGKILL');
    const journal = join(directory, 'journal.jsonl');
    const whole = readFileSync(journal, 'utf8');
    appendFileSync(journal, whole.slice(0, 40));
    const second = await kept();
    expect(second.listening.recovered.truncatedBytes).toBe(40);
    expect(readFileSync(journal, 'utf8')).toBe(whole);
    await second.end('SIGTERM');
  });

  it('refuses a journal that is damaged in the middle, with code 65', async () => {
    const first = await kept();
    await new Caller(first.listening.url).register();
    await first.end('SIGTERM');
    const journal = join(directory, 'journal.jsonl');
    const lines = readFileSync(journal, 'utf8').split('\n');
    writeFileSync(journal, ['{"mutation', ...lines.slice(1)].join('\n'));
    expect((await refusedAt('--data', directory)).code).toBe(65);
    writeFileSync(journal, lines.slice(1).join('\n'));
    expect((await refusedAt('--data', directory)).code).toBe(65);
  });

  it('refuses a directory that another process has, with code 73, and one of another universe, with code 78', async () => {
    const first = await kept();
    const taken = await refusedAt('--data', directory);
    expect([taken.code, taken.output]).toEqual([73, expect.stringContaining(directory)]);
    await first.end('SIGTERM');
    expect((await refusedAt('--data', directory, '--seed', '2')).code).toBe(78);
    await (await kept()).end('SIGTERM');
  });

  it('takes a directory over from one that was killed, though somebody else has its number by now', async () => {
    const first = await kept();
    await first.end('SIGKILL');
    const [, began] = readFileSync(join(directory, 'owner.pid'), 'utf8').split('\n');
    writeFileSync(join(directory, 'owner.pid'), `${process.pid}\n${began}\n`);
    expect((await kept()).listening.url).toMatch(/^http/);
  });

  it('refuses a port that is taken, with code 69', async () => {
    const { listening } = await start('--mem');
    expect((await refusedAt('--mem', '--port', String(listening.port))).code).toBe(69);
  });

  it.each([
    ['an unknown option', ['--mem', '--colour']],
    ['neither a directory nor memory', []],
    ['a time that stands still', ['--mem', '--time-factor', '0']],
    ['a seed that is no number', ['--mem', '--seed', 'one']],
    ['a file that is not there', ['--mem', '--file', '/nowhere.json']],
    ['a file that holds no universe', ['--mem', '--file', 'package.json']],
  ])('refuses %s in one sentence, with code 78', async (_, args) => {
    const { code, output } = await refusedAt(...args);
    expect([code, output.trim().split('\n').length]).toEqual([78, 1]);
  });

  it('ends when its parent was killed', async () => {
    const entry = new URL('../../../dist/embedded/universe/universe-process.js', import.meta.url).href;
    const options = `{ dataDir: ${JSON.stringify(directory)}, port: 0, log: () => {}, onGone: () => {} }`;
    const script = `import(${JSON.stringify(entry)}).then(async ({ startUniverseProcess }) =>
      console.log((await startUniverseProcess(${options})).pid)); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    parent.kill('SIGKILL');
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow());
  });

  it('is started again where it was when it dies', async () => {
    const entry = new URL('../../../dist/embedded/universe/universe-process.js', import.meta.url).href;
    const { startUniverseProcess } = (await import(
      entry
    )) as typeof import('../../../src/embedded/universe/universe-process.js');
    const said: string[] = [];
    const options = { dataDir: directory, port: 0, rateLimit: false, log: (line: string) => said.push(line) };
    const kept = await startUniverseProcess({ ...options, onGone: (error) => said.push(error.message) });
    try {
      const caller = new Caller(kept.url);
      await caller.register();
      const { pid } = kept;
      process.kill(pid ?? 0, 'SIGKILL');
      await eventually(async () => {
        expect(kept.pid).not.toBe(pid);
        expect(await caller.data('/my/agent')).toMatchObject({ symbol: 'TESTER' });
      });
      expect(said).toContain('The universe runs again.');
    } finally {
      await kept.stop();
    }
  });
});
