import { Argument, type Command } from 'commander';
import type { AuditPage } from '../answers.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { usage } from '../failure.js';
import { lockName } from '../parse/lock-name.js';
import { position, several, sinceMoment, wholeNumber } from '../parse/values.js';
import { auditColumns, statsEntries } from '../print/audit.js';
import { list } from '../print/table.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

const filters = ['all', 'task', 'ai', 'errors', 'recent', 'stats'] as const;
type Filter = (typeof filters)[number];

interface Ask {
  readonly queue?: string;
  readonly types?: readonly string[];
  readonly limit: number;
  readonly since?: string;
  readonly before?: string;
  readonly after?: string;
}

/** What became of tasks and their locks, told from the log. */
export function audit(program: Command, world: World): void {
  const noun = program.command('audit').description('What became of tasks and their locks, one event a line');
  withExamples(
    noun,
    'holdfast audit log',
    'holdfast audit query task 7',
    'holdfast audit export --output task_audit.jsonl',
  );
  const since = sinceMoment(world.nowMs);
  const narrowed = (command: Command): Command =>
    command
      .option('--queue <name>', 'only of this queue')
      .option('--types <words>', 'only these, such as CLAIMED,LOCK_RELEASED', several);
  const limited = (command: Command): Command =>
    narrowed(command)
      .option('--limit <n>', 'how many at most', wholeNumber(1), 100)
      .option('--since <when>', 'recent, stats: nothing older than a moment, or a time such as 10m ago', since)
      .option('--before <position>', 'recent, stats: only what lies before it', position);

  const log = limited(noun.command('log')).description('The newest events, oldest first');
  withExamples(log, 'holdfast audit log', 'holdfast audit log --limit 20 --types POISON_PILL,FAILED --since 1h');
  does<Ask, []>(log, world, (invocation, ask) => show(invocation, { ...ask, filter: 'recent' }));

  const query = limited(noun.command('query'))
    .description(
      'Events by what they are about: all, of a task, of an agent, errors, the recent ones, or how many there are',
    )
    .addArgument(new Argument('<filter>', 'which').choices(filters))
    .argument('[of]', 'the task, or the agent')
    .option('--after <position>', 'only what lies behind it', position);
  withExamples(
    query,
    'holdfast audit query stats --since 7d',
    'holdfast audit query task orkestra/7',
    'holdfast audit query ai backend-1 --limit 20',
    'holdfast audit query errors --json',
  );
  does<Ask, [Filter, string | undefined]>(query, world, async (invocation, ask, filter, of) => {
    if ((filter === 'task' || filter === 'ai') !== (of !== undefined)) {
      throw usage(
        of === undefined ? `Say of which ${filter === 'ai' ? 'agent' : 'task'}.` : `${filter} takes no name.`,
      );
    }
    if (filter !== 'task') return show(invocation, { ...ask, filter, ...(of !== undefined && { ai: of }) });
    const { scope, name } = lockName(of ?? '', { kind: 'task', ...(ask.queue !== undefined && { queue: ask.queue }) });
    return show(invocation, { ...ask, filter, queue: scope, task: name });
  });

  const exporting = narrowed(noun.command('export')).description('All of it as JSON lines');
  withExamples(
    exporting,
    'holdfast audit export --output task_audit.jsonl',
    'holdfast audit export --queue orkestra | jq .event_type',
  );
  does<Pick<Ask, 'queue' | 'types'>, []>(exporting, world, async (invocation, ask) => {
    for await (const piece of invocation.api.pieces('audit/export', { ...ask })) invocation.output.write(piece);
  });
}

async function show(
  invocation: Invocation,
  query: Readonly<Record<string, string | number | readonly string[] | undefined>>,
): Promise<void> {
  invocation.show(await invocation.api.get<AuditPage>('audit', query), (page) => {
    if ('stats' in page) return list(statsEntries(page.stats), invocation.colors.bold);
    const text = invocation.table(auditColumns, page.events, 'Nothing was recorded that fits.');
    if (page.next === null) return text;
    if (query['filter'] !== 'recent') invocation.remark(`There are more: add --after ${page.next}`);
    else if (page.events.length < Number(query['limit'])) {
      invocation.remark(`The search ended there. Further back: add --before ${page.next}`);
    }
    return text;
  });
}
