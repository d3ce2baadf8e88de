import type { Command } from 'commander';
import { fresh, paged, somewhere, type Fresh, type Paged } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure } from '../failure.js';
import { allHeldLocks, heldLocks } from '../held-locks.js';
import type { Explanation } from '../answers.js';
import { lockName, type Where } from '../parse/lock-name.js';
import { lockLine, toldHeld } from '../print/locks.js';
import { lockHistory } from './lock-history.js';
import type { World } from '../world.js';
import { acquireVerb } from './lock-acquire.js';
import { holderVerbs } from './lock-holder.js';
import { operatorVerbs } from './lock-operator.js';

/** The verbs of task locks, with the exit codes and the words that scripts know. */
export function locks(program: Command, world: World): void {
  const noun = program.command('locks').description('Locks of tasks and of phases of flows');
  withExamples(
    noun,
    'eval "$(holdfast locks acquire 7 backend-1 --export)"',
    'holdfast locks check 7',
    'holdfast locks list',
    'holdfast locks release 7 COMPLETED',
  );
  acquireVerb(noun, world);
  holderVerbs(noun, world);
  checkVerb(noun, world);
  listVerb(noun, world);
  operatorVerbs(noun, world);

  const history = somewhere(noun.command('history <lock>'))
    .description('Who had a lock, since when, and why it was freed; newest first')
    .option('--events', 'every event, not only who had it');
  withExamples(history, 'holdfast locks history 7', 'holdfast locks history phase:flow-1/readiness --events');
  does<Where & Paged & { events?: true }, [string]>(paged(history), world, async (invocation, options, text) => {
    const { queue: _queue, kind: _kind, events, ...page } = options;
    await lockHistory(invocation, lockName(text, options), page, events === true);
  });
}

function checkVerb(noun: Command, world: World): void {
  const check = somewhere(noun.command('check <lock>')).description(
    'Who has a lock: exit code 0 when held, 1 when free',
  );
  withExamples(check, 'holdfast locks check 7', 'holdfast locks check phase:flow-1/readiness && echo taken');
  does<Where, [string]>(check, world, async (invocation, where, text) => {
    const { path, said } = lockName(text, where);
    const answer = await invocation.api.get<Explanation>(`${path}/why`);
    const { hold } = answer.body;
    if (invocation.globals.json) invocation.print(answer.text);
    else if (hold) invocation.print(toldHeld(said, hold, world.nowMs()));
    if (!hold) throw new Failure(1, `${said} is not locked`);
  });
}

interface Filter extends Fresh {
  readonly queue?: string;
  readonly kind?: 'task' | 'phase';
  readonly owner?: string;
}

function listVerb(noun: Command, world: World): void {
  const list = fresh(somewhere(noun.command('list')))
    .description('What is locked: task | owner | age | PID')
    .option('--owner <agent>', 'only what is held for this agent');
  withExamples(list, 'holdfast locks list', 'holdfast locks list --queue main --owner backend-1 --json');
  does<Filter, []>(list, world, async (invocation, { queue, kind, ...filter }) => {
    const query = { ...filter, scope: queue, kind: kind && `${kind}s` };
    if (invocation.globals.json) return invocation.print(JSON.stringify(await allHeldLocks(invocation.api, query)));
    let isEmpty = true;
    for await (const lock of heldLocks(invocation.api, query)) {
      isEmpty = false;
      invocation.print(lockLine(lock, world.nowMs()));
    }
    if (isEmpty) invocation.print('(no active locks)');
  });
}
