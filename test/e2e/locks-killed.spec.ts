import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOwn, type OwnProcess } from '../fleet/stage.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

const workerFile = fileURLToPath(new URL('../support/task-worker.mjs', import.meta.url));

/** Long enough for a machine that is busy with other tests, short enough to wait for. */
const ttlMs = 2_500;
const settings = {
  HOLDFAST_DAEMON: 'false',
  HOLDFAST_SHIP_TTL_MS: '3000',
  HOLDFAST_SHIP_RENEW_MS: '1000',
  HOLDFAST_AMNESTY_MS: '1000',
  HOLDFAST_MONITOR_INTERVAL_MS: '200',
  HOLDFAST_SWEEP_INTERVAL_MS: '300',
  HOLDFAST_REPAIR_GRACE_MS: '500',
};

interface Event {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describe('locks of tasks and phases, with two servers over one log that are killed', () => {
  const scratch = scratchDirectory();
  const workers = new Set<{ kill(signal: NodeJS.Signals): Promise<number | null> }>();
  let log: OwnProcess;
  let database: TestDatabase;
  let servers: ServerProcess[] = [];

  beforeAll(async () => {
    log = await startOwn('eventstore', ['--data', join(scratch.path, 'log'), '--port', '0']);
    database = await createTestDatabase();
    const shared = { ...settings, EVENTSTORE_URL: log.listening.connectionString ?? '', DATABASE_URL: database.url };
    servers = await Promise.all(['one', 'other'].map((name) => startServer(join(scratch.path, name), shared)));
  }, 120_000);
  afterAll(async () => {
    await Promise.all([...workers].map((worker) => worker.kill('SIGKILL')));
    await Promise.all(servers.map((server) => server.stop()));
    await database.drop();
    await log.stop();
    scratch.remove();
  }, 60_000);

  const queue = 'queues/killed/tasks';
  let tasks = 0;
  const first = (): ServerProcess => {
    const [server] = servers;
    if (!server) throw new Error('there is no server');
    return server;
  };

  async function queued(): Promise<string> {
    const id = String(++tasks);
    expect((await first().post(queue, { id, title: `Task ${id}` })).status).toBe(201);
    return id;
  }

  /** A session as its own process, which has claimed the task by then. */
  async function worker(id: string, what: 'complete' | 'fail' | 'work', more: readonly string[] = []) {
    const task = `${first().url}/api/v1/${queue}/${id}`;
    const child = spawn(process.execPath, [workerFile, task, 'claude', String(ttlMs), what, ...more]);
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    const [line] = (await Promise.race([
      once(child.stdout.setEncoding('utf8'), 'data'),
      exited.then((code) => Promise.reject(new Error(`the worker ended with ${code}`))),
    ])) as [string];
    const kill = (signal: NodeJS.Signals) => {
      child.kill(signal);
      return exited;
    };
    const one = {
      claimed: JSON.parse(line) as { status: number; body: { token: number } },
      pid: child.pid,
      exited,
      kill,
    };
    workers.add(one);
    return one;
  }

  /** What became of the task and its lock, oldest first. */
  async function history(id: string): Promise<readonly Event[]> {
    const { body } = await first().get(`${queue}/${id}/history?limit=100`);
    return (body.events as Event[]).toReversed();
  }

  /** Waits for the end of the hold, and says how it ended; it ends once. */
  async function endOf(id: string): Promise<Event> {
    const ended = await eventually(async () => {
      const ends = (await history(id)).filter(({ type }) => /^Lease(Released|Expired|Broken)$/.test(type));
      expect(ends.length).toBeGreaterThan(0);
      return ends;
    }, 20_000);
    expect(ended).toHaveLength(1);
    return ended[0] as Event;
  }

  async function claimableAgain(id: string): Promise<void> {
    const next = await eventually(async () => {
      const answer = await first().post(`${queue}/${id}/claim`, { agent: 'gpt' });
      expect(answer.status).toBe(200);
      return answer.body;
    });
    expect(next.token).toBe(2);
    expect((await first().post(`${queue}/${id}/complete`, { token: 2 })).status).toBe(200);
  }

  it('[A365] the first layer: a session that is done says so, and its lock goes with the task', async () => {
    const id = await queued();
    expect(await (await worker(id, 'complete')).exited).toBe(0);
    expect(await endOf(id)).toMatchObject({ type: 'LeaseReleased', data: { reason: 'completed' } });
    expect((await history(id)).map(({ type }) => type)).toContain('TaskCompleted');
  });

  it('[A373] the second: a session that meets an error fails the task', async () => {
    const id = await queued();
    expect(await (await worker(id, 'fail')).exited).toBe(0);
    expect(await endOf(id)).toMatchObject({ data: { reason: 'failed', detail: 'error: the build hangs' } });
  });

  it('[A363] the third: a session that is told to end gives the task up on its way out', async () => {
    const id = await queued();
    const one = await worker(id, 'work');
    expect(await one.kill('SIGTERM')).toBe(0);
    expect(await endOf(id)).toMatchObject({ data: { reason: 'interrupted', detail: 'SIGTERM' } });
    await claimableAgain(id);
  });

  it('[A350, A364] the fourth: one that is killed has proven its death beforehand, and the next sweep frees its lock', async () => {
    const id = await queued();
    const one = await worker(id, 'work');
    await one.kill('SIGKILL');
    expect(await endOf(id)).toMatchObject({
      type: 'LeaseReleased',
      data: { reason: 'dead_process', detail: `Dead process (PID: ${one.pid}, owner: claude)` },
    });
    await claimableAgain(id);
  });

  it('[A352, A372] or the monitor hears nothing of it for its time to live; while it renews it keeps its lock', async () => {
    const id = await queued();
    const one = await worker(id, 'work', ['unmarked']);
    await new Promise((resolve) => setTimeout(resolve, 2 * ttlMs));
    expect((await history(id)).map(({ type }) => type)).not.toContain('LeaseExpired');
    await one.kill('SIGKILL');
    expect(await endOf(id)).toMatchObject({ type: 'LeaseExpired', data: { token: 1 } });
    await claimableAgain(id);
  });

  it('the fifth: a person takes the lock from one that hangs, which learns it at its next renewal', async () => {
    const id = await queued();
    const one = await worker(id, 'work');
    const { status } = await first().post(`locks/tasks/killed/${id}/lease/break`, {
      operator: 'ada',
      reason: 'it hangs',
    });
    expect(status).toBe(200);
    expect(await one.exited).toBe(3);
    expect(await endOf(id)).toMatchObject({ type: 'LeaseBroken', data: { by: { kind: 'operator', id: 'ada' } } });
    await claimableAgain(id);
  });

  it('the watch is taken over when the server that has it is killed: within seconds, and by one', async () => {
    const watcher = async (server: ServerProcess) => (await server.get('liveness')).body.watch;
    const isMine = ({ pid }: ServerProcess, { watcher: one }: { watcher: { pid: number } | null }) => one?.pid === pid;
    const watching = await eventually(async () => {
      const found = await watcher(first());
      expect(found.watcher).not.toBeNull();
      return servers.find((server) => isMine(server, found));
    });
    const standby = servers.find((server) => server !== watching);
    if (!watching || !standby) throw new Error('neither watches');
    expect([(await watcher(watching)).isWatching, (await watcher(standby)).isWatching]).toEqual([true, false]);
    servers = [standby, watching];
    const id = await queued();
    const one = await worker(id, 'work');

    await watching.kill();
    const killedAt = performance.now();
    await one.kill('SIGKILL');
    expect(await endOf(id)).toMatchObject({ data: { reason: 'dead_process' } });
    expect(performance.now() - killedAt).toBeLessThan(15_000);
    expect(isMine(standby, await watcher(standby))).toBe(true);
    expect((await history(id)).filter(({ type }) => type === 'TaskAbandoned')).toHaveLength(1);

    const again = await watching.again();
    servers = [standby, again];
    expect([(await watcher(standby)).isWatching, (await watcher(again)).isWatching]).toEqual([true, false]);
    await claimableAgain(id);
  }, 90_000);

  it('[A394] a server that is killed during a phase takes nothing from its holder, which renews and completes it', async () => {
    const [one, other] = servers;
    if (!one || !other) throw new Error('there are two');
    await one.post('flows', { id: 'killed', phases: ['one', 'two'] });
    const { body } = await other.post('flows/killed/resume', {
      expectedPhase: 'one',
      holder: 'worker-1',
      ttlMs: 20_000,
    });
    expect(body).toMatchObject({ status: 'resumed', token: 1 });
    const phase = 'flows/killed/phases/one';

    await other.kill();
    expect((await one.post(`${phase}/renew`, { token: 1 })).status).toBe(200);
    expect((await one.post('flows/killed/resume', { expectedPhase: 'one', holder: 'worker-2' })).body).toMatchObject({
      ...{ status: 'already_running', holder: { id: 'worker-1' } },
    });
    const again = await other.again();
    servers = [one, again];

    expect((await again.post(`${phase}/renew`, { token: 1 })).status).toBe(200);
    const done = await again.post(`${phase}/complete`, { token: 1, result: { done: true } });
    expect(done.body).toMatchObject({ phase: { status: 'completed', token: 1, attempt: 1 } });
    const types = (await again.get('flows/killed/history?limit=50')).body.events.map(({ type }: Event) => type);
    expect(types.filter((type: string) => type === 'PhaseStarted')).toHaveLength(1);
    expect((await again.get('locks?kind=phases&scope=killed')).body.locks).toEqual([]);
  }, 90_000);
});
