import type { Command } from 'commander';
import type { Liveness } from '../answers.js';
import { does } from '../does.js';
import { Failure } from '../failure.js';
import { tail } from '../monitor/log-file.js';
import { livingOwner } from '../monitor/pid-file.js';
import { placesIn } from '../monitor/places.js';
import { list } from '../print/table.js';
import type { Session } from '../session.js';
import type { World } from '../world.js';

const shownLines = 10;

export function statusVerb(command: Command, world: World): void {
  does<{ readonly data?: string }, []>(command, world, async (session, { data }) => {
    const { pidFile, log } = placesIn(data, world);
    const owner = livingOwner(pidFile);
    const lines = tail(log, shownLines);
    const server = await session.api.get<Liveness>('liveness').catch((error: unknown) => error as Error);
    const watched = server instanceof Error ? undefined : server.body;
    if (session.globals.json) {
      session.print(
        JSON.stringify({ running: owner !== undefined, pid: owner?.pid ?? null, log: lines, server: watched ?? null }),
      );
    } else {
      if (owner)
        session.print([`Lock monitor is running (PID ${owner.pid})`, ...lines.map((line) => `  ${line}`)].join('\n'));
      if (watched) session.print(serverWatch(watched, session));
    }
    if (server instanceof Error) session.remark(server.message);
    if (!owner) throw new Failure(1, 'Lock monitor is not running');
  });
}

function serverWatch({ watch, rules }: Liveness, { when, colors }: Session): string {
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
