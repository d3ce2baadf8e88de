import type { Command } from 'commander';
import { counted } from '../../../domain/kernel/text.js';
import type { AgentList, ChangedTask, ImportedTasks, QueueList, TaskExplanation, TaskPage } from '../answers.js';
import { fresh, inQueue, paged, remarkOnAge, remarkOnMore, writes } from '../common-options.js';
import type { Fresh, InQueue, Paged, Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { mainQueue } from '../parse/lock-name.js';
import { several, wholeNumber } from '../parse/values.js';
import { queuePath, taskPath } from '../paths.js';
import { list } from '../print/table.js';
import { queueColumns, taskColumns, taskEntries } from '../print/tasks.js';
import type { World } from '../world.js';
import { eventHistory } from './history.js';
import { claimVerbs } from './task-claim.js';
import { endVerbs } from './task-end.js';

interface Add extends InQueue, Writes {
  readonly type?: string;
  readonly depends?: readonly string[];
  readonly assign?: string;
  readonly priority?: number;
}
interface Filter extends InQueue, Paged, Fresh {
  readonly status?: readonly string[];
  readonly agent?: string;
  readonly claimable?: true;
}

/** The work of agents: what waits, who does it, and how it ended. */
export function tasks(program: Command, world: World): void {
  const noun = program.command('tasks').description('Tasks of agents: queued, claimed with their lock, done');
  withExamples(
    noun,
    'holdfast tasks add 7 "Write the parser" --depends 5,6',
    'eval "$(holdfast tasks next backend-1 --export)"',
    'holdfast tasks complete 7 "all tests pass"',
    'holdfast tasks list --status failed',
  );
  const add = inQueue(noun.command('add <task> <title>'))
    .description('Put a task into the queue; the same task again changes nothing')
    .option('--type <speciality>', 'what an agent must be good at to be passed it')
    .option('--depends <tasks>', 'what has to be completed before, with commas between', several)
    .option('--assign <agent>', 'the only one who may claim it')
    .option('--priority <n>', 'the higher, the sooner; 0 if absent', wholeNumber(-1_000_000));
  withExamples(add, 'holdfast tasks add 7 "Write the parser" --type backend --depends 5,6 --priority 10');
  does<Add, [string, string]>(writes(add), world, async (invocation, options, id, title) => {
    const { queue, type, depends, assign, priority, idempotencyKey } = options;
    const body = {
      ...{ id, title },
      ...(type !== undefined && { taskType: type }),
      ...(depends && { dependencies: depends }),
      ...(assign !== undefined && { assignedTo: assign }),
      ...(priority !== undefined && { priority }),
    };
    const answer = await invocation.api.post<ChangedTask>(`${queuePath(queue)}/tasks`, { body, idempotencyKey });
    invocation.show(answer, ({ already }) => `Task #${id} ${already ? 'was queued before' : 'is queued'}`);
  });

  const load = inQueue(noun.command('import <file>')).description(
    'Take over a TASK_QUEUE.json, whole or not at all; - for stdin. What is queued already stays',
  );
  withExamples(load, 'holdfast tasks import TASK_QUEUE.json --queue orkestra');
  does<InQueue & Writes, [string]>(writes(load), world, async (invocation, { queue, idempotencyKey }, file) => {
    const { readText } = await import('../parse/read-text.js');
    const body = { text: await readText(file, world.stdin) };
    const answer = await invocation.api.post<ImportedTasks>(`${queuePath(queue)}/import`, { body, idempotencyKey });
    invocation.show(answer, ({ queued, unchanged, agents }) => {
      return `${counted(queued.length, 'task')} queued, ${unchanged.length} there before, ${counted(agents.length, 'agent')}`;
    });
  });

  const listing = inQueue(noun.command('list'))
    .description('The tasks of a queue')
    .option('--status <words>', 'pending, in_progress, completed, failed or poisoned', several)
    .option('--agent <name>', 'assigned to it, or under way with it')
    .option('--claimable', 'only what can be claimed now');
  withExamples(listing, 'holdfast tasks list', 'holdfast tasks list --queue orkestra --claimable --json');
  does<Filter, []>(fresh(paged(listing)), world, async (invocation, { queue, ...filter }) => {
    invocation.show(
      await invocation.api.get<TaskPage>(`${queuePath(queue)}/tasks`, filter),
      ({ tasks, next, ageMs }) => {
        remarkOnAge(invocation, { ageMs });
        const missing = `No task fits in queue ${queue ?? mainQueue}. Queue one with: holdfast tasks add TASK TITLE`;
        const text = invocation.table(taskColumns(invocation.when), tasks, missing);
        remarkOnMore(invocation, next);
        return text;
      },
    );
  });

  const queues = noun.command('queues').description('Every queue that has tasks, and how many of each status');
  withExamples(queues, 'holdfast tasks queues');
  does<object, []>(queues, world, async (invocation) => {
    invocation.show(await invocation.api.get<QueueList>('queues'), ({ queues: all, ageMs }) => {
      remarkOnAge(invocation, { ageMs });
      return invocation.table(queueColumns, all, 'No queue has a task. Queue one with: holdfast tasks add TASK TITLE');
    });
  });

  const get = inQueue(noun.command('get <task>'))
    .description('One task, and whether it can be claimed')
    .option('--agent <name>', 'whether this agent can claim it');
  withExamples(get, 'holdfast tasks get 7', 'holdfast tasks get 7 --agent backend-1');
  does<InQueue & { agent?: string }, [string]>(get, world, async (invocation, { queue, agent }, id) => {
    invocation.show(await invocation.api.get<TaskExplanation>(`${taskPath(queue, id)}/why`, { agent }), (explained) =>
      list(taskEntries(explained, invocation.when), invocation.colors.bold),
    );
  });

  const history = inQueue(noun.command('history <task>')).description(
    'What became of a task and of its lock, newest first',
  );
  withExamples(history, 'holdfast tasks history 7', 'holdfast tasks history 7 --queue orkestra --limit 10');
  does<InQueue & Paged, [string]>(paged(history), world, async (invocation, { queue, ...page }, id) => {
    await eventHistory(invocation, taskPath(queue, id), page);
  });

  claimVerbs(noun, world);
  endVerbs(noun, world);
  agentVerbs(noun, world);
}

function agentVerbs(noun: Command, world: World): void {
  const agents = fresh(noun.command('agents')).description('Everybody who works on tasks');
  withExamples(agents, 'holdfast tasks agents');
  does<Fresh, []>(agents, world, async (invocation, query) => {
    invocation.show(await invocation.api.get<AgentList>('agents', { ...query }), ({ agents: all, ageMs }) => {
      remarkOnAge(invocation, { ageMs });
      const columns = [
        { title: 'AGENT', of: ({ name }: Agent) => name },
        { title: 'SPECIALITY', of: ({ speciality }: Agent) => speciality ?? '–' },
      ];
      return invocation.table(columns, all, 'No agent is registered. Do it with: holdfast tasks register AGENT');
    });
  });
  const register = noun
    .command('register <agent>')
    .description('Say who works on tasks, and what for')
    .option('--speciality <word>', 'the type of task that it is good at');
  withExamples(register, 'holdfast tasks register backend-1 --speciality backend');
  does<Writes & { speciality?: string }, [string]>(writes(register), world, async (invocation, options, name) => {
    const { speciality = null, idempotencyKey } = options;
    const answer = await invocation.api.post<{ already: boolean }>('agents', {
      body: { name, speciality },
      idempotencyKey,
    });
    invocation.show(answer, ({ already }) => `Agent ${name} ${already ? 'was registered before' : 'is registered'}`);
  });
}

type Agent = AgentList['agents'][number];
