/** What the command ends with, in the words of its help and its documentation. */
export const exitCodes = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'wrong usage: nothing was asked of the server, or it could not read what was asked'],
  [3, 'not found'],
  [4, 'conflict: held by someone else, a stale token, a state that does not allow it'],
  [5, 'the server cannot be reached'],
  [6, 'already running, or done: somebody else executes, or has executed, the phase'],
  [75, 'the lock was lost, and so the command of "run" was ended'],
  [78, 'the configuration is wrong'],
  [124, 'timed out'],
  [130, 'interrupted'],
] as const;

export type ExitCode = (typeof exitCodes)[number][0];

const ofStatus: Readonly<Record<number, ExitCode>> = { 400: 2, 404: 3, 409: 4, 413: 2, 422: 2, 504: 124 };

/** Of a problem that the server answered with. */
export function exitCodeOf({ status, code }: { readonly status: number; readonly code: string }): ExitCode {
  if (code === 'view-behind') return 124;
  return ofStatus[status] ?? 1;
}
