import type { RunAttempt } from '../attempt-run.js';

/** Knows no command type: whatever it is given can never be carried out here. */
export const noOperations: RunAttempt = {
  run: ({ commandType }) =>
    Promise.resolve({ type: 'failed', error: `unknown command type ${commandType || '(none)'}`, permanent: true }),
};
