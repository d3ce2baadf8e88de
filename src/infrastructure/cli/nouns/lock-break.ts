import type { Command } from 'commander';
import type { BrokenLease, FreedOrNot } from '../answers.js';
import { asOperator, somewhere, writes, type AsOperator, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure } from '../failure.js';
import { lockName, type LockName, type Where } from '../parse/lock-name.js';
import { wholeNumber } from '../parse/values.js';
import { foretold } from '../print/foretold.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

interface Ask extends AsOperator, Writes {
  readonly reason: string;
  readonly preview?: true;
  readonly expectedToken?: number;
}

export function breakVerb(noun: Command, world: World): void {
  const command = writes(asOperator(somewhere(noun.command('break <lock>'))))
    .description('Take a lock from its living holder, which is refused from then on')
    .requiredOption('--reason <text>', 'why; everybody can read it')
    .option('--preview', 'only say what would happen')
    .option('--expected-token <n>', 'only if it is held under this token still, as a preview said', wholeNumber(1));
  withExamples(
    command,
    'holdfast locks break 7 --reason "the machine was unplugged" --preview',
    'holdfast locks break 7 --reason "the machine was unplugged" --expected-token 3 --yes',
  );
  does<Where & Ask, [string]>(command, world, async (invocation, { queue, kind, ...ask }, text) => {
    const lock = lockName(text, { ...(queue !== undefined && { queue }), ...(kind !== undefined && { kind }) });
    if (!ask.preview) await invocation.confirm(`Whoever holds ${lock.said} loses it in the middle of its work.`);
    await breakLock(invocation, lock, ask);
  });
}

/** @throws Failure when nothing was taken */
export async function breakLock(invocation: Invocation, { path, said }: LockName, ask: Ask): Promise<void> {
  const { idempotencyKey, ...body } = ask;
  const answer = await invocation.api.post<BrokenLease>(`${path}/lease/break`, { body, idempotencyKey });
  const done = answer.body;
  if (!('preview' in done) && !done.freed) throw nothingTaken(said, done);
  invocation.show(answer, (told) => {
    if ('preview' in told) {
      const would = told.loser ? `${told.loser.id} would lose ${said}.` : 'There is nothing to break.';
      return foretold(invocation, told, would);
    }
    const { holder, token } = told.freed ?? {};
    return `Lock of ${holder?.id} was taken by force for ${said} (token ${token}): ${ask.reason}`;
  });
}

function nothingTaken(said: string, { nothingToDo }: FreedOrNot): Failure {
  if (nothingToDo === 'idle') return noLock(said);
  const why =
    nothingToDo === 'held-under-another-token'
      ? 'is held under another token by now'
      : 'is reserved by an operator: that is lifted, not taken. See: holdfast locks lift --help';
  return new Failure(4, `${said} ${why}`);
}

export const noLock = (said: string): Failure => new Failure(1, `No lock found for ${said}`);
