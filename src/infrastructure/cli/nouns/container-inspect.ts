import type { Command } from 'commander';
import type { LogPage, SeenContainer } from '../answers.js';
import { remarkOnAge } from '../common-options.js';
import { does } from '../does.js';
import { wholeNumber } from '../parse/values.js';
import { containerPath } from '../paths.js';
import { containerEntries } from '../print/containers.js';
import { logText } from '../print/logs.js';
import { list } from '../print/table.js';
import type { World } from '../world.js';

/** Everything that is known of one container, with what it said last. */
export function inspectVerb(container: Command, world: World): void {
  const command = container
    .command('inspect <container>')
    .description('One container with the newest lines of its log, an ended one too')
    .option('--tail <n>', 'so many of the newest lines', wholeNumber(1), 100);
  does<{ readonly tail: number }, [string]>(command, world, async (invocation, { tail }, id) => {
    const [seen, page] = await Promise.all([
      invocation.api.get<SeenContainer>(containerPath(id)),
      invocation.api.get<LogPage>(containerPath(id, 'logs'), { limit: tail }),
    ]);
    const { lines } = page.body;
    if (invocation.globals.json) return invocation.print(JSON.stringify({ ...seen.body, lines }));
    remarkOnAge(invocation, seen.body);
    const entries = list(containerEntries(seen.body, invocation.when), invocation.colors.bold);
    invocation.print([entries, '', ...lines.map((line) => logText(line, invocation))].join('\n'));
  });
}
