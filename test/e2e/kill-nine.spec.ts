import { Agent, get } from 'node:http';
import { join } from 'node:path';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { violationsOf } from '../support/invariants.js';
import { killEventStore, killPostgres } from '../support/parts.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';
import { verifyView, wholeLog } from '../support/whole-log.js';
import { amissIn } from './acknowledged.js';
import { askUntilAnswered, Journal, JournalClient } from './journal-client.js';

const ships = ['SHIP-1', 'SHIP-2', 'SHIP-3', 'SHIP-4', 'SHIP-5'];
/** Nobody renews here, so nobody may be expired. */
const patient = {
  HOLDFAST_SHIP_TTL_MS: '120000',
  HOLDFAST_SHIP_RENEW_MS: '40000',
  HOLDFAST_AMNESTY_MS: '120000',
  HOLDFAST_CHAPTER_LENGTH: '16',
  // Short, so that the sweep at a start meets what the kill left half made.
  HOLDFAST_REPAIR_GRACE_MS: '1000',
};
const kills = 6;
const readyWithinMs = 5_000;

const random = (from: number, to: number): number => from + Math.floor(Math.random() * (to - from));
const someTime = (mostMs: number) => new Promise((resolve) => setTimeout(resolve, random(0, mostMs)));

const lineOf = (event: RecordedEvent): string =>
  JSON.stringify(event, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

describe('a server whose parts are killed at random moments', () => {
  const scratch = scratchDirectory();
  const journal = new Journal(join(scratch.path, 'journal.jsonl'));
  const clients: JournalClient[] = [];
  const readyAfterMs: number[] = [];
  let server: ServerProcess;
  let seen: readonly string[] = [];

  beforeAll(async () => {
    server = await startServer(scratch.path, patient);
  }, 90_000);

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    await server.stop();
    journal.close();
    scratch.remove();
  }, 60_000);

  const moreAnswers = (count: number) => {
    const before = journal.answers;
    return eventually(() => expect(journal.answers).toBeGreaterThan(before + count), 20_000);
  };

  async function startAgain(): Promise<void> {
    const startedAt = performance.now();
    server = await server.again();
    readyAfterMs.push(performance.now() - startedAt);
  }

  async function expectNothingLost(): Promise<void> {
    const answers = journal.read();
    const events = await wholeLog(server);
    const lines = events.map(lineOf);
    const changed = seen.findIndex((line, index) => line !== lines[index]);
    expect(changed < 0 ? [] : [seen[changed], lines[changed]]).toEqual([]);
    seen = lines;
    expect(violationsOf(events)).toEqual([]);
    expect(amissIn(events, answers)).toEqual([]);
  }

  async function expectTheSameAnswers(count: number): Promise<void> {
    const granted = journal.read().filter(({ status }) => status < 300);
    for (let each = 0; each < count; each++) {
      const asked = granted[random(0, granted.length)]!;
      const response = await askUntilAnswered(server.url, asked);
      expect(response.headers.get('idempotency-replayed')).toBe('true');
      expect({ ...asked, status: response.status, answer: await response.json() }).toEqual(asked);
    }
  }

  it(`loses nothing that was acknowledged, and does nothing twice, over ${kills} kills of it, two of its event store and two of its PostgreSQL`, async () => {
    for (const name of ['a', 'b', 'c', 'd']) clients.push(new JournalClient(server.url, name, ships, journal));
    for (let kill = 1; kill <= kills; kill++) {
      await moreAnswers(random(1, 30));
      if (kill === 3 || kill === 6) killEventStore(server);
      if (kill === 5 || kill === 7) killPostgres(server);
      if ([3, 5].includes(kill)) await moreAnswers(20);
      await someTime(30);
      await server.kill();
      await startAgain();
      await expectNothingLost();
      await expectTheSameAnswers(5);
      await eventually(() => verifyView(server, 'fleet'), 30_000);
    }
    await Promise.all(clients.map((client) => client.stop()));
    await expectNothingLost();
    const answers = journal.read();
    expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThan(kills * 10);
    const refused = answers.filter(({ status }) => status >= 300);
    expect(
      refused
        .map(({ path, answer }) => `${path} ${answer.code}`)
        .filter((each) => !/(\/lease|^containers) lease-held$/.test(each)),
    ).toEqual([]);
  }, 300_000);

  it('is ready within 5 s of being killed, when the machine has nothing better to do', () => {
    expect(readyAfterMs).toHaveLength(kills);
    expect(Math.min(...readyAfterMs)).toBeLessThan(readyWithinMs * busy());
  });

  it('ends on SIGTERM within 10 s with a client connected, says so in the log, and keeps every lease', async () => {
    const agent = new Agent({ keepAlive: true });
    const held = await server.post('containers', {
      player: 1,
      id: 'kept',
      ships: ['SHIP-6'],
      config: { command_type: 'navigate' },
    });
    await server.post('players/1/ships/SHIP-7/lease', { holder: 'agent-1' });
    await new Promise<void>((resolve, reject) => {
      get(`${server.url}/livez`, { agent }, (answer) => answer.resume().once('end', resolve)).once('error', reject);
    });
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    const [before] = (await wholeLog(server)).filter(({ type }) => type === 'InstanceStarted').slice(-1);

    const askedAt = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - askedAt).toBeLessThan(10_000);
    agent.destroy();

    await startAgain();
    const events = await wholeLog(server);
    expect(events.filter(({ stream }) => stream === before?.stream).at(-1)).toMatchObject({
      type: 'InstanceStopped',
      data: { reason: 'SIGTERM', leasesKept: 2 },
    });
    const { body } = await server.get('ships?player=1&status=active');
    expect(body.ships).toMatchObject([
      { symbol: 'SHIP-6', container: 'kept', containerStatus: 'RUNNING', token: held.body.token },
      { symbol: 'SHIP-7', holder: { id: 'agent-1' }, token: 1 },
    ]);
  }, 60_000);
});
