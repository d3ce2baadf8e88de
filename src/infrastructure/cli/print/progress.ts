import type { Session } from '../session.js';

/** How far something long has come. */
export interface Step {
  readonly what: string;
  /** 0 to 100. */
  readonly share: number;
  readonly standing: string;
}

export interface Progress {
  step(step: Step): void;
  end(): void;
}

const everyMs = 2_000;
const none: Progress = { step: () => undefined, end: () => undefined };

/**
 * A bar on a terminal, a line now and then elsewhere, nothing under `--json`.
 * @param isDrowned the data itself goes to the terminal: a bar would be lost in it
 */
export async function showProgress(session: Session, isDrowned = false): Promise<Progress> {
  if (session.globals.json || isDrowned) return none;
  return session.world.stderr.isTTY ? bar(session) : lines(session);
}

function lines(session: Session): Progress {
  let toldAtMs = 0;
  let told = '';
  return {
    step({ what, standing }) {
      const nowMs = session.world.nowMs();
      if (what === told && nowMs - toldAtMs < everyMs) return;
      toldAtMs = nowMs;
      told = what;
      session.remark(`${what}: ${standing}`);
    },
    end: () => undefined,
  };
}

async function bar({ world }: Session): Promise<Progress> {
  const { default: progress } = await import('cli-progress');
  const drawn = new progress.SingleBar({
    stream: world.stderr,
    format: '{what} {bar} {percentage}% {standing}',
    barsize: 24,
    clearOnComplete: true,
  });
  let isDrawn = false;
  return {
    step({ what, share, standing }) {
      if (!isDrawn) drawn.start(100, 0, { what, standing: '' });
      isDrawn = true;
      drawn.update(share, { what, standing });
    },
    end() {
      if (isDrawn) drawn.stop();
      isDrawn = false;
    },
  };
}
