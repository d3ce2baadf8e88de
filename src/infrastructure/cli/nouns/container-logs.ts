import type { Command } from 'commander';
import type { LogLine, LogPage } from '../answers.js';
import { does } from '../does.js';
import { sinceMoment, several, wholeNumber } from '../parse/values.js';
import { containerPath } from '../paths.js';
import { logText } from '../print/logs.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

interface Ask {
  readonly tail: number;
  readonly level?: readonly string[];
  readonly since?: string;
  readonly follow?: true;
}

const longestWaitMs = 20_000;

export function logsVerb(container: Command, world: World): void {
  const command = container
    .command('logs <container>')
    .description('What a container says of its work: the newest lines, oldest first')
    .option('--tail <n>', 'so many of the newest lines', wholeNumber(1), 100)
    .option('--level <words>', 'only these, such as warn,error', several)
    .option('--since <when>', 'only what was said since: a moment, or a time such as 10m ago', sinceMoment(world.nowMs))
    .option('--follow', 'go on with what is said from now on, until you interrupt');
  does<Ask, [string]>(command, world, showLogs);
}

async function showLogs(invocation: Invocation, { tail, level, since, follow }: Ask, id: string): Promise<void> {
  const path = containerPath(id, 'logs');
  const filter = { level, since };
  const first = await invocation.api.get<LogPage>(path, { ...filter, limit: tail });
  if (!follow) {
    return invocation.show(first, ({ lines }) => {
      if (lines.length === 0)
        invocation.remark(`Container ${id} has said nothing${level || since ? ' that fits' : ''}.`);
      return lines.length === 0 ? undefined : lines.map((line) => logText(line, invocation)).join('\n');
    });
  }
  const { timeout = 2 * longestWaitMs } = invocation.globals;
  const waitMs = Math.min(longestWaitMs, Math.floor(timeout / 2));
  for (let page = first.body; ;) {
    for (const line of page.lines) invocation.print(textOf(line, invocation));
    page = (await invocation.api.get<LogPage>(path, { ...filter, after: page.next, waitMs })).body;
  }
}

function textOf(line: LogLine, invocation: Invocation): string {
  return invocation.globals.json ? JSON.stringify(line) : logText(line, invocation);
}
