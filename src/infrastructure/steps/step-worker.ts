import { parentPort, workerData } from 'node:worker_threads';
import type { nextStep as ownNextStep } from '../../domain/operations/operation.js';
import type { Step } from '../../domain/operations/step.js';
import type { StepAnswer, StepQuestion, StepWorkerData } from './step-messages.js';

/** The thread's whole life: one question, one answer, and the next. */
const { module } = workerData as StepWorkerData;
const { nextStep } = (await import(module)) as { readonly nextStep: typeof ownNextStep };

parentPort?.on('message', ({ operation, known, sight }: StepQuestion) => {
  parentPort?.postMessage(answerTo(() => nextStep(operation, known, sight)));
});

function answerTo(decide: () => Step): StepAnswer {
  try {
    return { type: 'decided', step: decide() };
  } catch (error) {
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
