import type { Api } from '../api.js';
import { Failure } from '../failure.js';
import type { Claim, End } from './claims.js';
import { runCommand, type Ended, type Running, type ToRun } from './command.js';
import { keepRenewed } from './renewal.js';
import { numberOf, type Signals } from './signals.js';

export interface Holding {
  readonly api: Api;
  readonly claim: Claim;
  readonly toRun: ToRun;
  readonly signals: Signals;
  readonly remark: (text: string) => void;
}

export const exitWhenLost = 75;
const finishWithinMs = 60_000;
const finishAgainMs = 500;

/**
 * Runs a command for as long as the lock behind it is held.
 * @returns the command's own exit code, 128 and the number of the signal that ended it, or 75 when the lock was lost
 */
export async function hold({ api, claim, toRun, signals, remark }: Holding): Promise<number> {
  const renewal = keepRenewed(api, claim);
  try {
    const running = runCommand(toRun);
    signals.to((signal) => running.pass(signal));
    const ended = await endOf(running, renewal.lost, toRun.graceMs, (why) =>
      remark(`The lock of ${claim.lock.said} is lost (${why}): the command is ended.`),
    );
    if (ended === 'lost') return exitWhenLost;
    if (ended.type === 'never-began') remark(`The command cannot be run: ${ended.message}.`);
    const untilMs = Math.min(renewal.heldUntilMs(), performance.now() + finishWithinMs);
    const refusal = await finish(claim, endFor(ended, signals.heard()), untilMs);
    const code = codeOf(ended);
    if (refusal === undefined) return code;
    remark(`The command ended with ${code}, and that could not be recorded: ${refusal}`);
    return code === 0 ? exitWhenLost : code;
  } finally {
    renewal.end();
  }
}

async function endOf(
  running: Running,
  lost: Promise<string>,
  graceMs: number,
  tell: (why: string) => void,
): Promise<Ended | 'lost'> {
  const first = await Promise.race([running.ended, lost]);
  if (typeof first !== 'string') return first;
  tell(first);
  running.terminate(graceMs);
  await running.ended;
  return 'lost';
}

function endFor(ended: Ended, heard: NodeJS.Signals | undefined): End {
  if (ended.type === 'never-began') return { type: 'never-began', detail: ended.message };
  if (ended.type === 'signalled') return { type: 'interrupted', detail: `ended by ${ended.signal}` };
  if (ended.code === 0) return { type: 'completed' };
  if (heard) return { type: 'interrupted', detail: `ended with ${ended.code} after ${heard}` };
  return { type: 'failed', detail: `ended with exit code ${ended.code}` };
}

function codeOf(ended: Ended): number {
  return ended.type === 'signalled' ? 128 + numberOf(ended.signal) : ended.code;
}

/** Asks again while nobody answers: a repeat changes nothing. @returns why it could not be recorded */
async function finish(claim: Claim, end: End, untilMs: number): Promise<string | undefined> {
  for (;;) {
    try {
      await claim.finish(end);
      return undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const isAway = error.exitCode === 5 || error.exitCode === 124 || error.exitCode === 1;
      if (!isAway || performance.now() + finishAgainMs > untilMs) return error.message;
    }
    await new Promise((resolve) => setTimeout(resolve, finishAgainMs));
  }
}
