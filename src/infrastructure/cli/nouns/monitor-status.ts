import type { Command } from 'commander';
import type { Liveness } from '../answers.js';
import { does } from '../does.js';
import { Failure } from '../failure.js';
import { tail } from '../monitor/log-file.js';
import { livingMonitor } from '../monitor/pid-file.js';
import { placesIn } from '../monitor/places.js';
import { list } from '../print/table.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

const shownLines = 10;

export function statusVerb(command: Command, world: World): void {
  does<{ readonly data?: string }, []>(command, world, async (invocation, { data }) => {
    const { pidFile, log } = placesIn(data, world);
    const monitor = livingMonitor(pidFile);
    const lines = tail(log, shownLines);
    const server = await invocation.api.get<Liveness>('liveness').catch((error: unknown) => error as Error);
    const watched = server instanceof Error ? undefined : server.body;
    if (invocation.globals.json) {
      invocation.print(
        JSON.stringify({
          running: monitor !== undefined,
          pid: monitor?.pid ?? null,
          log: lines,
          server: watched ?? null,
        }),
      );
    } else {
      if (monitor)
        invocation.print(
          [`Lock monitor is running (PID ${monitor.pid})`, ...lines.map((line) => `  ${line}`)].join('\n'),
        );
      if (watched) invocation.print(serverWatch(watched, invocation));
    }
    if (server instanceof Error) invocation.remark(server.message);
    if (!monitor) throw new Failure(1, 'Lock monitor is not running');
  });
}

function serverWatch({ watch, rules }: Liveness, { when, colors }: Invocation): string {
  const { watcher } = watch;
  return list(
    [
      [
        'server’s watch',
        watcher ? `process ${watcher.pid} on ${watcher.host}, since ${when(watcher.sinceMs)}` : 'nobody',
      ],
      ...(watcher
        ? ([
            [
              'heartbeat',
              `round ${watcher.runs}, ${when(watcher.lastRunAtMs)}; the next one ${when(watcher.nextRunAtMs)}`,
            ],
          ] as const)
        : []),
      ['rules', rules.length > 0 ? rules : 'it tells none'],
    ],
    colors.bold,
  );
}
