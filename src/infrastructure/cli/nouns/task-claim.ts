import type { Command } from 'commander';
import type { ClaimedNext, ClaimedTask } from '../answers.js';
import { inQueue, writes, type InQueue, type Writes } from '../common-options.js';
import { doesHearing } from '../does.js';
import { withExamples } from '../examples.js';
import { Exit, Failure } from '../failure.js';
import { afterTries, failedToAcquire, insisting } from '../holding/insist.js';
import { evidenceOf, forSession, sessionOf, type ForSession } from '../parse/claiming.js';
import { lockName } from '../parse/lock-name.js';
import { wholeNumber } from '../parse/values.js';
import { queuePath, taskPath } from '../paths.js';
import { span } from '../print/moments.js';
import { shellExports } from '../print/shell-exports.js';
import type { Answer } from '../api.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

interface Claim extends InQueue, ForSession, Writes {
  readonly tries: number;
}

/** The lock stays with the task: whoever claimed it renews it, and ends it with `complete` or `fail`. */
export function claimVerbs(noun: Command, world: World): void {
  const claim = forSession(inQueue(noun.command('claim <task> <agent>')))
    .description('Take a task and its lock: both, or neither')
    .option('--tries <n>', 'for a lock that another one holds so often, 2 s apart', wholeNumber(1), 3);
  withExamples(
    claim,
    'eval "$(holdfast tasks claim 7 backend-1 --export --pid $$)"',
    'holdfast tasks claim 7 backend-1 --session run-42 --json',
  );
  doesHearing<Claim, [string, string]>(writes(claim), world, async (invocation, signals, options, id, agent) => {
    const { queue, tries, idempotencyKey } = options;
    const body = { agent, session: sessionOf(options, agent, world), ...(await evidenceOf(options)) };
    const answer = await insisting(
      { tries },
      () => invocation.api.post<ClaimedTask>(`${taskPath(queue, id)}/claim`, { body, idempotencyKey }),
      (held) => failedToAcquire(`Task #${id}`, `${afterTries(tries)}: ${held.message}`, held),
    );
    await undoneIfInterrupted(invocation, signals, answer.body);
    toldClaim(invocation, options, answer);
  });

  const next = forSession(inQueue(noun.command('next <agent>'))).description(
    'Claim the most urgent task that an agent can do: exit code 1 when there is none',
  );
  withExamples(
    next,
    'eval "$(holdfast tasks next backend-1 --export --pid $$)"',
    'holdfast tasks next backend-1 --json',
  );
  doesHearing<Omit<Claim, 'tries'>, [string]>(writes(next), world, async (invocation, signals, options, agent) => {
    const body = { agent, session: sessionOf(options, agent, world), ...(await evidenceOf(options)) };
    const ask = { body, idempotencyKey: options.idempotencyKey };
    const answer = await invocation.api.post<ClaimedNext>(`${queuePath(options.queue)}/claim-next`, ask);
    if (!isClaimed(answer)) {
      if (invocation.globals.json) invocation.print(answer.text);
      throw new Failure(1, `There is nothing that ${agent} could do now`);
    }
    await undoneIfInterrupted(invocation, signals, answer.body);
    toldClaim(invocation, options, answer);
  });
}

const isClaimed = (answer: Answer<ClaimedNext>): answer is Answer<ClaimedTask> => answer.body.task !== null;

/** A claim that nobody waits for any more is given back as it was. */
async function undoneIfInterrupted(
  invocation: Invocation,
  signals: { heard(): NodeJS.Signals | undefined },
  { task, token }: ClaimedTask,
): Promise<void> {
  const signal = signals.heard();
  if (signal === undefined) return;
  const body = { token, reason: 'SCRIPT_EXIT', detail: `${signal} while it was claimed` };
  await invocation.api.post(`${taskPath(task.queue, task.id)}/abandon`, { body });
  const { numberOf } = await import('../holding/signals.js');
  throw new Exit(128 + numberOf(signal));
}

function toldClaim(invocation: Invocation, options: ForSession, answer: Answer<ClaimedTask>): void {
  const { task, hold, token, renewMs, already } = answer.body;
  const lock = lockName(`${task.queue}/${task.id}`);
  if (options.export) return invocation.print(shellExports(lock, token, hold.holder.id));
  invocation.show(answer, () => {
    const word = already ? 'was claimed already' : 'is claimed';
    return `${lock.said} ${word} by ${task.claim?.agent ?? hold.holder.id} (token ${token}); renew it every ${span(renewMs)}: ${task.title}`;
  });
}
