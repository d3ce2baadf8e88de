import type { Known } from '../../domain/operations/known.js';
import type { Operation } from '../../domain/operations/operation.js';
import type { Sight } from '../../domain/operations/sight.js';
import type { Step } from '../../domain/operations/step.js';

export interface StepQuestion {
  readonly operation: Operation;
  readonly known: Known;
  readonly sight: Sight;
}

export type StepAnswer =
  | { readonly type: 'decided'; readonly step: Step }
  /** What it threw. */
  | { readonly type: 'failed'; readonly message: string };

export interface StepWorkerData {
  /** File URL of a module that exports `nextStep`. */
  readonly module: string;
}
