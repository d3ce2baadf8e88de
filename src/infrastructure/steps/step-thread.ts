import { Worker } from 'node:worker_threads';
import type { Known } from '../../domain/operations/known.js';
import type { Operation } from '../../domain/operations/operation.js';
import type { Sight } from '../../domain/operations/sight.js';
import type { Step } from '../../domain/operations/step.js';
import type { StepAnswer, StepQuestion, StepWorkerData } from './step-messages.js';

export interface StepThreadOptions {
  /** How long one step may be thought about. */
  readonly limitMs: number;
  /** How much the thread may hold on to. */
  readonly memoryMb: number;
  /** A module that exports `nextStep`; the operations of the game by default. */
  readonly module?: URL;
  /** Told of every thread that a step has cost. */
  readonly onLost?: (why: string) => void;
}

interface Asked {
  readonly question: StepQuestion;
  readonly resolve: (step: Step) => void;
  readonly reject: (error: Error) => void;
}

const ownOperations = new URL('../../domain/operations/operation.js', import.meta.url);

/**
 * Decides steps in a thread of their own, one at a time. A step that spins or takes too much memory costs the thread,
 * and fails whoever asked for it; what waited behind it is decided in the next one. That is harmless, because a step
 * is decided from what it is given and changes nothing.
 */
export class StepThread {
  readonly #waiting: Asked[] = [];
  #asked: Asked | undefined;
  #worker: Worker | undefined;
  #limit: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(private readonly options: StepThreadOptions) {}

  /** Rejects with what the step threw, or with one sentence when it cost the thread. */
  readonly decide = (operation: Operation, known: Known, sight: Sight): Promise<Step> =>
    new Promise((resolve, reject) => {
      this.#waiting.push({ question: { operation, known, sight }, resolve, reject });
      this.#next();
    });

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#limit);
    for (const { reject } of [...(this.#asked ? [this.#asked] : []), ...this.#waiting.splice(0)]) reject(closed());
    this.#asked = undefined;
    await this.#worker?.terminate();
  }

  #next(): void {
    if (this.#asked) return;
    const asked = this.#waiting.shift();
    if (!asked) return;
    if (this.#isClosed) return asked.reject(closed());
    this.#asked = asked;
    this.#worker ??= this.#begin();
    const { limitMs } = this.options;
    this.#limit = setTimeout(() => this.#lost(`its next step was not decided within ${limitMs} ms`), limitMs);
    this.#worker.postMessage(asked.question);
  }

  #begin(): Worker {
    const { module = ownOperations, memoryMb } = this.options;
    const workerData: StepWorkerData = { module: module.href };
    const worker = new Worker(new URL('./step-worker.js', import.meta.url), {
      name: 'steps',
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    worker.unref();
    worker.on('message', (answer: StepAnswer) => {
      if (worker === this.#worker) this.#answered(answer);
    });
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#lost(`deciding its next step cost the thread: ${error.message}`);
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#lost('the thread ended while its next step was decided');
    });
    return worker;
  }

  #answered(answer: StepAnswer): void {
    const asked = this.#settled();
    if (answer.type === 'decided') asked?.resolve(answer.step);
    else asked?.reject(new Error(answer.message));
    this.#next();
  }

  /** The thread is given up with the step that it was busy with. */
  #lost(why: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    if (!this.#isClosed) this.options.onLost?.(why);
    this.#settled()?.reject(new Error(why));
    this.#next();
  }

  #settled(): Asked | undefined {
    clearTimeout(this.#limit);
    const asked = this.#asked;
    this.#asked = undefined;
    return asked;
  }
}

function closed(): Error {
  return new Error('no more steps are decided here');
}
