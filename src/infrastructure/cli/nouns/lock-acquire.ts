import type { Command } from 'commander';
import type { GrantedLease } from '../answers.js';
import { somewhere, writes, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import type { Failure, Refused } from '../failure.js';
import { afterTries, failedToAcquire, insisting } from '../holding/insist.js';
import { evidenceOf, forSession, sessionOf, type ForSession } from '../parse/claiming.js';
import { lockName, type LockName, type Where } from '../parse/lock-name.js';
import { duration, wholeNumber } from '../parse/values.js';
import { span } from '../print/moments.js';
import { refusal } from '../print/refusal.js';
import { shellExports } from '../print/shell-exports.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

interface Acquire extends Where, ForSession, Writes {
  readonly wait?: number;
  readonly tries: number;
  readonly operation?: string;
}

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

async function takeLock(invocation: Invocation, options: Acquire, text: string, agent: string): Promise<void> {
  const { world } = invocation;
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
    invocation.api.post<GrantedLease>(`${lock.path}/lease`, { body: { ...body, waitMs }, idempotencyKey });
  const answer = await insisting({ tries: options.tries, waitMs: options.wait }, take, (held) =>
    givenUp(invocation, lock, options, held),
  );
  const { token, renewMs, already } = answer.body;
  if (options.export) return invocation.print(shellExports(lock, token, holder));
  invocation.show(answer, () => {
    const word = already ? 'already held' : 'acquired';
    return `Lock ${word} for ${lock.said} by ${agent} (token ${token}); renew it every ${span(renewMs)}`;
  });
}

function givenUp(invocation: Invocation, { said }: LockName, { tries, wait }: Acquire, held: Refused): Failure {
  if (invocation.globals.json) invocation.print(held.text);
  invocation.remark(refusal(held.problem, invocation.when));
  return failedToAcquire(said, wait === undefined ? afterTries(tries) : `within ${span(wait)}`, held);
}
