import type { Session } from '../session.js';
import { span } from './moments.js';
import type { Line } from './rebuild.js';

export interface Progress {
  step(line: Line): void;
  end(): void;
}

const everyMs = 2_000;

/** A bar on a terminal, a line now and then elsewhere, nothing under `--json`. */
export async function showProgress(session: Session): Promise<Progress> {
  if (session.globals.json) return { step: () => undefined, end: () => undefined };
  return session.world.stderr.isTTY ? bar(session) : lines(session);
}

function lines(session: Session): Progress {
  let toldAtMs = 0;
  let phase = '';
  return {
    step(line) {
      const nowMs = session.world.nowMs();
      const next = `${line.view} ${String(line['phase'])}`;
      if (next === phase && nowMs - toldAtMs < everyMs) return;
      toldAtMs = nowMs;
      phase = next;
      session.remark(`${next}: ${standing(line)}`);
    },
    end: () => undefined,
  };
}

async function bar({ world }: Session): Promise<Progress> {
  const { default: progress } = await import('cli-progress');
  const drawn = new progress.SingleBar({
    stream: world.stderr,
    format: '{view} {phase} {bar} {percentage}% {standing}',
    barsize: 24,
    clearOnComplete: true,
  });
  let isDrawn = false;
  return {
    step(line) {
      const share = shareOf(line);
      if (!isDrawn) drawn.start(100, 0, { view: line.view, phase: line['phase'], standing: '' });
      isDrawn = true;
      drawn.update(share, { view: line.view, phase: line['phase'], standing: standing(line) });
    },
    end() {
      if (isDrawn) drawn.stop();
      isDrawn = false;
    },
  };
}

function standing(line: Line): string {
  const { events, eventsPerSecond, etaMs } = line as unknown as {
    readonly events: number;
    readonly eventsPerSecond: number;
    readonly etaMs: number | null;
  };
  return `${events} events, ${eventsPerSecond} a second${etaMs ? `, ${span(etaMs)} to go` : ''}`;
}

/** 0 to 100; positions are wider than a number holds exactly, which does not matter here. */
export function shareOf(line: Line): number {
  const target = Number(line['target']);
  return target > 0 ? Math.min(100, Math.floor((Number(line['position']) * 100) / target)) : 0;
}
