import { join } from 'node:path';
import { askServer, createDatabase, type Answer } from './ask-server.js';
import { writeConnectionRecord, type ConnectionRecord } from './connection-record.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { freePort } from './free-port.js';
import { spawnPostmaster, stopPostmaster, type Launch, type Postmaster } from './postmaster.js';
import { explainServerLog, isHeldByOrphans, logPath, readServerLog } from './server-log.js';

export interface Serving {
  readonly postmaster: Postmaster;
  readonly record: ConnectionRecord;
  readonly port: number;
}

const orphansLeaveWithinMs = 10_000;
const portAttempts = 5;

/** Starts the server on the fixed port, or on one that is free, and waits for a real connection. */
export async function bringUp(
  launch: Omit<Launch, 'port'>,
  record: ConnectionRecord,
  fixedPort: number | undefined,
  startTimeoutMs: number,
): Promise<Serving> {
  const begun = performance.now();
  let portsLeft = portAttempts;
  let wished = record.port;
  for (;;) {
    const port = fixedPort ?? (await freePort(wished));
    const { postmaster, logFrom } = await spawnPostmaster({ ...launch, port });
    const answer = await untilAnswered(postmaster, record, port, launch.cluster, startTimeoutMs);
    if (answer === 'ready' || answer === 'database-missing') {
      if (answer === 'database-missing') await createDatabase(record, port);
      const kept = { ...record, port };
      await writeConnectionRecord(launch.dataDir, kept);
      return { postmaster, record: kept, port };
    }
    if (answer !== 'exited') {
      await stopPostmaster(postmaster, 5_000);
      throw unanswered(answer, launch, startTimeoutMs);
    }
    const log = await readServerLog(launch.dataDir, logFrom);
    const failure = explainServerLog(log, launch.dataDir, port);
    if (isHeldByOrphans(log) && performance.now() - begun < orphansLeaveWithinMs) await pause(150);
    else if (failure.code === 'port-in-use' && fixedPort === undefined && (portsLeft -= 1) > 0) wished = undefined;
    else throw failure;
  }
}

/** Whether the server found running answers with our password; one that is still recovering is waited for. */
export async function takeOver(
  found: { postmaster: Postmaster; port: number },
  record: ConnectionRecord,
  cluster: string,
  startTimeoutMs: number,
): Promise<boolean> {
  const answer = await untilAnswered(found.postmaster, record, found.port, cluster, startTimeoutMs, 2_000);
  if (answer === 'database-missing') await createDatabase(record, found.port);
  return answer === 'ready' || answer === 'database-missing';
}

type Outcome = Answer | 'exited';

async function untilAnswered(
  postmaster: Postmaster,
  record: ConnectionRecord,
  port: number,
  cluster: string,
  timeoutMs: number,
  silenceMs = timeoutMs,
): Promise<Outcome> {
  const begun = performance.now();
  const exited = postmaster.exited.then(() => 'exited' as const);
  for (;;) {
    const answer = await Promise.race([exited, askServer(record, port, cluster)]);
    const waited = performance.now() - begun;
    const again = (answer === 'busy' && waited < timeoutMs) || (answer === 'silent' && waited < silenceMs);
    if (!again) return answer;
    if ((await Promise.race([exited, pause(20)])) === 'exited') return 'exited';
  }
}

function unanswered(answer: Answer, launch: Omit<Launch, 'port'>, startTimeoutMs: number): EmbeddedPostgresError {
  const why =
    answer === 'refused'
      ? `refuses the password in ${join(launch.dataDir, 'postgres.json')}; remove that file to begin with empty views`
      : `did not answer within ${startTimeoutMs} ms; its log is ${logPath(launch.dataDir)}`;
  return new EmbeddedPostgresError('start-failed', `The embedded PostgreSQL ${why}.`);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
