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
  does<{ readonly tail: number }, [string]>(command, world, async (session, { tail }, id) => {
    const [seen, page] = await Promise.all([
      session.api.get<SeenContainer>(containerPath(id)),
      session.api.get<LogPage>(containerPath(id, 'logs'), { limit: tail }),
    ]);
    const { lines } = page.body;
    if (session.globals.json) return session.print(JSON.stringify({ ...seen.body, lines }));
    remarkOnAge(session, seen.body);
    const entries = list(containerEntries(seen.body, session.when), session.colors.bold);
    session.print([entries, '', ...lines.map((line) => logText(line, session))].join('\n'));
  });
}
