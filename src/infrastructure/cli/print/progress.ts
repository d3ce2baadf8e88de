import type { Invocation } from '../invocation.js';

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
export async function showProgress(invocation: Invocation, isDrowned = false): Promise<Progress> {
  if (invocation.globals.json || isDrowned) return none;
  return invocation.world.stderr.isTTY ? bar(invocation) : lines(invocation);
}

function lines(invocation: Invocation): Progress {
  let toldAtMs = 0;
  let told = '';
  return {
    step({ what, standing }) {
      const nowMs = invocation.world.nowMs();
      if (what === told && nowMs - toldAtMs < everyMs) return;
      toldAtMs = nowMs;
      told = what;
      invocation.remark(`${what}: ${standing}`);
    },
    end: () => undefined,
  };
}

async function bar({ world }: Invocation): Promise<Progress> {
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
