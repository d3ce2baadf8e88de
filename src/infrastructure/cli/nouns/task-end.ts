import type { Command } from 'commander';
import { counted } from '../../../domain/kernel/text.js';
import { mainQueue, type Resource } from '../../../domain/lease/resource.js';
import type { ChangedTask, DoneTask, PassedRetries, TaskExplanation } from '../answers.js';
import { asOperator, inQueue, writes, type AsOperator, type InQueue, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { underToken, tokenIfAny, tokenOf, type UnderToken } from '../parse/under-token.js';
import { queuePath, taskPath } from '../paths.js';
import type { World } from '../world.js';

type Of = InQueue & UnderToken & Writes;
type Act = InQueue & AsOperator & Writes & { readonly reason: string };

const taskOf = (queue: string | undefined, id: string): Resource => {
  return { kind: 'task', scope: queue ?? mainQueue, name: id };
};

export function endVerbs(noun: Command, world: World): void {
  holderVerbs(noun, world);
  const act = (words: string, description: string): Command =>
    writes(asOperator(inQueue(noun.command(words).description(description)))).requiredOption(
      '--reason <text>',
      'why; everybody can read it',
    );

  const requeue = act('requeue <task>', 'Give a task that failed, or is poisoned, a fresh start');
  withExamples(requeue, 'holdfast tasks requeue 7 --reason "the disk is larger now"');
  does<Act, [string]>(requeue, world, async (invocation, { queue, operator, reason, idempotencyKey }, id) => {
    const path = `${taskPath(queue, id)}/requeue`;
    const answer = await invocation.api.post<ChangedTask>(path, { body: { operator, reason }, idempotencyKey });
    invocation.show(answer, ({ task, already }) => `Task #${id} ${already ? 'was' : 'is'} ${task.status}`);
  });

  const reassign = act(
    'reassign <task> <agent>',
    'Let another agent do it: auto is the next one that could, - whoever asks first',
  );
  withExamples(
    reassign,
    'holdfast tasks reassign 7 backend-2 --reason "backend-1 is on leave"',
    'holdfast tasks reassign 7 auto --reason retry',
  );
  does<Act, [string, string]>(
    reassign,
    world,
    async (invocation, { queue, operator, reason, idempotencyKey }, id, agent) => {
      const body = { operator, reason, agent: agent === '-' ? null : agent };
      const answer = await invocation.api.post<ChangedTask>(`${taskPath(queue, id)}/reassign`, {
        body,
        idempotencyKey,
      });
      invocation.show(answer, ({ task }) => `Task #${id} is for ${task.assignedTo ?? 'whoever asks first'}`);
    },
  );

  const retry = writes(asOperator(inQueue(noun.command('retry')))).description(
    'Let other agents of the same speciality take what waits for its next try',
  );
  withExamples(retry, 'holdfast tasks retry', 'holdfast tasks retry --queue orkestra --json');
  does<InQueue & AsOperator & Writes, []>(retry, world, async (invocation, { queue, operator, idempotencyKey }) => {
    const path = `${queuePath(queue)}/retries/pass-on`;
    const answer = await invocation.api.post<PassedRetries>(path, { body: { operator }, idempotencyKey });
    invocation.show(answer, ({ passed, kept }) => {
      const lines = passed.map(({ id, from, to }) => `Task #${id}: ${from ?? 'nobody'} -> ${to}`);
      return [...lines, `${passed.length} passed on, ${kept.length} wait for whom they have`].join('\n');
    });
  });
}

function holderVerbs(noun: Command, world: World): void {
  const of = (words: string, description: string): Command =>
    writes(underToken(inQueue(noun.command(words).description(description))));

  const complete = of('complete <task> [notes]', 'A task is done; a repeat changes nothing').option(
    '--actual-time <text>',
    'how long it took, in your own words',
  );
  withExamples(
    complete,
    'holdfast tasks complete 7',
    'holdfast tasks complete 7 "all tests pass" --token 3 --actual-time 2h',
  );
  does<Of & { actualTime?: string }, [string, string | undefined]>(
    complete,
    world,
    async (invocation, options, id, notes) => {
      const { queue, actualTime, idempotencyKey } = options;
      const path = taskPath(queue, id);
      const lock = taskOf(queue, id);
      if (tokenIfAny(options, lock, world) === undefined) {
        const { task } = (await invocation.api.get<TaskExplanation>(`${path}/why`)).body;
        if (task.status === 'completed') return invocation.print(`Task #${id} was completed before`);
      }
      const body = {
        token: tokenOf(options, lock, world),
        ...(notes !== undefined && { notes }),
        ...(actualTime !== undefined && { actualTime }),
      };
      const answer = await invocation.api.post<DoneTask>(`${path}/complete`, { body, idempotencyKey });
      invocation.show(answer, ({ already, unlocked }) => {
        const free = unlocked && unlocked.length > 0 ? `; now claimable: ${unlocked.join(', ')}` : '';
        return `Task #${id} ${already ? 'was completed before' : 'is completed'}${free}`;
      });
    },
  );

  const fail = of(
    'fail <task> <error> [details]',
    'A try failed: the task waits for its next one, or is poisoned',
  ).option('--no-reassign', 'let the same agent try next');
  withExamples(fail, 'holdfast tasks fail 7 TEST_FAILURE "3 of 40 are red"');
  does<Of & { reassign: boolean }, [string, string, string | undefined]>(
    fail,
    world,
    async (invocation, options, id, errorType, details) => {
      const body = {
        token: tokenOf(options, taskOf(options.queue, id), world),
        errorType,
        reassign: options.reassign,
        ...(details !== undefined && { details }),
      };
      const path = `${taskPath(options.queue, id)}/fail`;
      const answer = await invocation.api.post<ChangedTask>(path, { body, idempotencyKey: options.idempotencyKey });
      invocation.show(answer, ({ task: { status, failures, retryAtMs } }) => {
        const then = retryAtMs === null ? '' : `; next try ${invocation.when(retryAtMs)}`;
        return `Task #${id} is ${status} after ${counted(failures, 'failure')}${then}`;
      });
    },
  );

  const abandon = of('abandon <task> [word]', 'Give a task up: it can be claimed again at once').option(
    '--detail <text>',
    'in your own words',
  );
  withExamples(abandon, 'holdfast tasks abandon 7', 'holdfast tasks abandon 7 SCRIPT_EXIT --detail "out of time"');
  does<Of & { detail?: string }, [string, string | undefined]>(
    abandon,
    world,
    async (invocation, options, id, word) => {
      const body = {
        token: tokenOf(options, taskOf(options.queue, id), world),
        ...(word !== undefined && { reason: word }),
        ...(options.detail !== undefined && { detail: options.detail }),
      };
      const path = `${taskPath(options.queue, id)}/abandon`;
      const answer = await invocation.api.post<ChangedTask>(path, { body, idempotencyKey: options.idempotencyKey });
      invocation.show(answer, ({ task }) => `Task #${id} is ${task.status}`);
    },
  );
}
