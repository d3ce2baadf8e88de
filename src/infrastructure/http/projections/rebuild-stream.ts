import { PassThrough, type Readable } from 'node:stream';
import { explainError } from '../edge/explain-error.js';
import { translate } from '../problems.js';
import type { RebuildAsk, Rebuilds } from './rebuilds.js';

const finished = new Set(['Rebuilt', 'Verified']);

/**
 * One JSON object a line: `Progress` again and again, then for each view its outcome, and `Done` last. Who goes away
 * cancels it; a view that cannot be rebuilt ends it.
 */
export function rebuildStream(
  rebuilds: Rebuilds,
  views: readonly string[],
  ask: Omit<RebuildAsk, 'signal' | 'onProgress'>,
  requestId: string,
): Readable {
  const lines = new PassThrough();
  const left = new AbortController();
  lines.on('close', () => left.abort());
  const tell = (line: object): void => {
    if (!lines.writable) return;
    lines.write(
      `${JSON.stringify(line, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`,
    );
  };
  const onProgress = (progress: object): void => tell({ type: 'Progress', ...progress });

  async function run(): Promise<void> {
    let ok = true;
    for (const view of views) {
      const outcome = await rebuilds.rebuild(view, { ...ask, signal: left.signal, onProgress });
      tell(outcome);
      ok &&= finished.has(outcome.type);
      if (left.signal.aborted || !(finished.has(outcome.type) || outcome.type === 'Differs')) break;
    }
    tell({ type: 'Done', ok });
  }

  run()
    .catch((error: unknown) => {
      const problem = explainError(error) ?? translate(error);
      if (!problem) throw error;
      tell({ type: 'Failed', problem: problem.toProblem(requestId) });
    })
    .then(
      () => lines.end(),
      (bug: unknown) => lines.destroy(bug instanceof Error ? bug : new Error(String(bug))),
    );
  return lines;
}
