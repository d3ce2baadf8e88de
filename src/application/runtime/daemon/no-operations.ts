import { nothingFlown } from '../../flights/clearance.js';
import type { RunAttempt } from '../attempt-run.js';
import { unknownCommandType } from '../endings.js';

/** Knows no command type: whatever it is given can never be carried out here. */
export const noOperations: RunAttempt = {
  rules: nothingFlown,
  run: (attempt) => Promise.resolve(unknownCommandType(attempt)),
};
