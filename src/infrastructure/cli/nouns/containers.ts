import type { Command } from 'commander';
import type { ChangedContainer, ContainerPage, SeenContainer, StartedContainer } from '../answers.js';
import { fresh, manyShips, paged, remarkOnAge, remarkOnMore, writes } from '../common-options.js';
import type { Fresh, Paged, Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { jsonObject } from '../parse/json-value.js';
import { player, several, token, wholeNumber } from '../parse/values.js';
import { containerPath } from '../paths.js';
import { containerColumns, containerEntries, told, toldStart } from '../print/containers.js';
import { list } from '../print/table.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';
import { containerHistory } from './history.js';
import { inspectVerb } from './container-inspect.js';
import { logsVerb } from './container-logs.js';
import { workerVerbs } from './container-worker.js';

export function containers(program: Command, world: World): void {
  const container = program.command('container').description('Runs of work: start them, watch them, end them');
  withExamples(
    container,
    'holdfast container start --player 2 --ship COOPER-2 --command ScoutTourCommand --params @tour.json',
    'holdfast container list --player 2',
    'holdfast container logs scout-tour-COOPER-2-85834fb5 --follow',
    'holdfast container stop scout-tour-COOPER-2-85834fb5 --reason "lunch"',
  );
  startVerb(container, world);
  listVerb(container, world);
  does(fresh(container.command('get <container>').description('One container, an ended one too')), world, getContainer);
  inspectVerb(container, world);
  workerVerbs(container, world);
  endVerbs(container, world);
  logsVerb(container, world);
  const history = container.command('history <container>').description('Everything that was decided about a container');
  does(paged(history), world, containerHistory);
}

interface Start extends Writes {
  readonly player?: number;
  readonly agent?: string;
  readonly ship?: readonly string[];
  readonly command?: string;
  readonly params?: object;
  readonly config?: object;
  readonly type?: string;
  readonly id?: string;
  readonly scope?: string;
  readonly iterations?: number;
  readonly restartPolicy?: string;
  readonly maxRestarts?: number;
  readonly parent?: string;
  readonly metadata?: object;
  readonly runner?: string;
  readonly takeover?: string;
  readonly adoptObligations?: boolean;
}

function startVerb(container: Command, world: World): void {
  const start = manyShips(container.command('start'))
    .description('Start a container and take its ships: all of that, or nothing')
    .option('--player <id>', 'whose ships', player)
    .option('--agent <symbol>', 'whose ships, by the agent; --player wins')
    .option('--command <type>', 'what it runs, such as ScoutTourCommand')
    .option('--params <json>', 'parameters of the command: JSON or @FILE', jsonObject)
    .option('--config <json>', 'the whole configuration instead: JSON or @FILE', jsonObject)
    .option('--type <type>', 'the type of container, such as SCOUT_TOUR')
    .option('--id <id>', 'made from the command and the first ship if absent')
    .option('--scope <symbol>', 'the only one of its type and player for it; while one lives, that one is the answer')
    .option('--iterations <n>', '-1: until it is stopped', wholeNumber(-1))
    .option('--restart-policy <policy>', 'no, on-failure, always or unless-stopped')
    .option('--max-restarts <n>', 'how many restarts before it is given up', wholeNumber(0))
    .option('--parent <id>', 'the container it belongs to')
    .option('--metadata <json>', 'a JSON object, or @FILE', jsonObject)
    .option('--runner <who>', 'external: a worker over HTTP; daemon: the server, by the command')
    .option('--takeover <id>', 'take the ships of that container over, without an idle gap; it ends')
    .option('--adopt-obligations', 'take over what its ships still owe');
  does<Start, []>(writes(start), world, async (invocation, options) => {
    const { ship, command, params, config, takeover, idempotencyKey, ...rest } = options;
    if (takeover !== undefined) await invocation.confirm(`Container ${takeover} ends and loses its ships.`);
    const own = { ...(command !== undefined && { command_type: command }), ...(params && { params }) };
    const body = {
      ...rest,
      ...(ship && { ships: ship }),
      ...((config ?? command ?? params) !== undefined && { config: { ...config, ...own } }),
      ...(takeover !== undefined && { takeover: { container: takeover } }),
    };
    invocation.show(await invocation.api.post<StartedContainer>('containers', { body, idempotencyKey }), toldStart);
  });
}

interface Filter extends Paged, Fresh {
  readonly all?: true;
  readonly status?: readonly string[];
  readonly player?: number;
  readonly type?: string;
  readonly ship?: string;
  readonly parent?: string;
}

function listVerb(container: Command, world: World): void {
  const command = container
    .command('list')
    .description('Containers by id; live ones if nothing else is asked for')
    .option('--all', 'ended ones too')
    .option('--status <words>', 'only in these, such as RUNNING,FAILED', several)
    .option('--player <id>', 'only of this player', player)
    .option('--type <type>', 'only of this type')
    .option('--ship <symbol>', 'only those that name this ship')
    .option('--parent <id>', 'only those that belong to this one');
  does<Filter, []>(fresh(paged(command)), world, async (invocation, filter) => {
    invocation.show(
      await invocation.api.get<ContainerPage>('containers', { ...filter }),
      ({ containers, next, ageMs }) => {
        remarkOnAge(invocation, { ageMs });
        const text = invocation.table(containerColumns(invocation.when), containers, missing(filter));
        remarkOnMore(invocation, next);
        return text;
      },
    );
  });
}

function missing({ all, limit: _limit, ...filter }: Filter): string {
  if (Object.keys(filter).length > 0 && !all) return 'No container fits. See ended ones too with: --all';
  if (all) return 'There is no container. Start one with: holdfast container start --player N --ship SHIP';
  return 'No container runs. Start one with: holdfast container start --player N --ship SHIP; ended ones: --all';
}

async function getContainer(invocation: Invocation, options: Fresh, id: string): Promise<void> {
  const answer = await invocation.api.get<SeenContainer>(containerPath(id), { ...options });
  invocation.show(answer, (seen) => {
    remarkOnAge(invocation, seen);
    return list(containerEntries(seen, invocation.when), invocation.colors.bold);
  });
}

interface Stop extends Writes {
  readonly reason?: string;
  readonly token?: number;
  readonly immediately?: true;
}

function endVerbs(container: Command, world: World): void {
  const stop = container
    .command('stop <container>')
    .description('Ask a container to stop; with its token, the worker says that it has')
    .option('--reason <text>', 'why; everybody can read it')
    .option('--token <n>', "the worker's word that it has stopped", token)
    .option('--immediately', 'do not wait for the worker');
  does<Stop, [string]>(writes(stop), world, async (invocation, { idempotencyKey, ...body }, id) => {
    if (body.immediately) await invocation.confirm(`Container ${id} ends in the middle of its work.`);
    invocation.show(
      await invocation.api.post<ChangedContainer>(containerPath(id, 'stop'), { body, idempotencyKey }),
      (changed) => told(changed, invocation.when),
    );
  });

  const restart = container
    .command('restart <container>')
    .description('Begin the next attempt of the same container, under new tokens')
    .option('--token <n>', 'of the attempt that ended', token)
    .option('--immediately', 'do not wait for the back-off to end');
  does<Stop, [string]>(writes(restart), world, async (invocation, { idempotencyKey, ...body }, id) => {
    const answer = await invocation.api.post<StartedContainer>(containerPath(id, 'restart'), { body, idempotencyKey });
    invocation.show(answer, toldStart);
  });

  const remove = container.command('remove <container>').description('Take an ended container out of the lists');
  does<Writes, [string]>(writes(remove), world, async (invocation, { idempotencyKey }, id) => {
    await invocation.confirm(`Container ${id} leaves the lists; its history stays.`);
    const answer = await invocation.api.delete<ChangedContainer>(containerPath(id), { idempotencyKey });
    invocation.show(answer, ({ already }) => `Container ${id} ${already ? 'was removed before' : 'is removed'}.`);
  });
}
