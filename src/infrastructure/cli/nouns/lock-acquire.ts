import type { Command } from 'commander';
import type { GrantedLease } from '../answers.js';
import { somewhere, writes, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure, Refused } from '../failure.js';
import { evidenceOf, forSession, sessionOf, type ForSession } from '../parse/claiming.js';
import { lockName, type LockName, type Where } from '../parse/lock-name.js';
import { duration, wholeNumber } from '../parse/values.js';
import { span } from '../print/moments.js';
import { refusal } from '../print/refusal.js';
import { shellExports } from '../print/shell-exports.js';
import type { Session } from '../session.js';
import type { World } from '../world.js';

interface Acquire extends Where, ForSession, Writes {
  readonly wait?: number;
  readonly tries: number;
  readonly operation?: string;
}

const betweenTriesMs = 2_000;
const longestWaitMs = 30_000;

export function acquireVerb(noun: Command, world: World): void {
  const acquire = forSession(somewhere(noun.command('acquire <lock> <agent>')))
    .description('Take a lock for a session that outlives this command; who has it already keeps the same token')
    .option('--tries <n>', 'so often, 2 s apart', wholeNumber(1), 3)
    .option('--wait <time>', 'wait so long for it to be free instead', duration)
    .option('--operation <name>', 'what for');
  withExamples(
    acquire,
    'eval "$(holdfast locks acquire 7 backend-1 --export --pid $$)"',
    'holdfast locks acquire 7 backend-1 --session run-42 --ttl 10m',
    'holdfast locks acquire phase:flow-1/readiness worker-3 --wait 20s',
  );
  does<Acquire, [string, string]>(writes(acquire), world, takeLock);
}

async function takeLock(session: Session, options: Acquire, text: string, agent: string): Promise<void> {
  const { world } = session;
  const lock = lockName(text, options);
  const holder = sessionOf(options, agent, world);
  const { operation, idempotencyKey } = options;
  const body = {
    holder,
    owner: agent,
    ...(operation !== undefined && { operation }),
    ...(await evidenceOf(options)),
  };
  const take = (waitMs: number) =>
    session.api.post<GrantedLease>(`${lock.path}/lease`, { body: { ...body, waitMs }, idempotencyKey });
  const answer = await insisting(session, lock, options, take);
  const { token, renewMs, already } = answer.body;
  if (options.export) return session.print(shellExports(lock, token, holder));
  session.show(answer, () => {
    const word = already ? 'already held' : 'acquired';
    return `Lock ${word} for ${lock.said} by ${agent} (token ${token}); renew it every ${span(renewMs)}`;
  });
}

/** Three tries for what another one holds; a reservation, or anything else that time does not cure, is not tried again. */
async function insisting<Granted>(
  session: Session,
  { said }: LockName,
  { tries, wait }: Acquire,
  take: (waitMs: number) => Promise<Granted>,
): Promise<Granted> {
  const giveUpAtMs = wait === undefined ? undefined : performance.now() + wait;
  for (let attempt = 1; ; attempt += 1) {
    const leftMs = giveUpAtMs === undefined ? 0 : Math.max(0, giveUpAtMs - performance.now());
    try {
      return await take(Math.min(longestWaitMs, Math.round(leftMs)));
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== 'lease-held') throw error;
      const isOver = giveUpAtMs === undefined ? attempt >= tries : leftMs <= longestWaitMs;
      if (isOver) throw givenUp(session, error, said, attempt, wait);
      if (giveUpAtMs === undefined) await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
    }
  }
}

function givenUp(session: Session, held: Refused, said: string, attempts: number, wait: number | undefined): Failure {
  if (session.globals.json) session.print(held.text);
  session.remark(refusal(held.problem, session.when));
  const after = wait === undefined ? `after ${attempts} attempt${attempts === 1 ? '' : 's'}` : `within ${span(wait)}`;
  return new Failure(1, `Failed to acquire lock for ${said} ${after}`);
}
