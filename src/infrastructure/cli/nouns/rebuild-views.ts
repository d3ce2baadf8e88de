import { Failure, Refused, type Problem } from '../failure.js';
import { showProgress } from '../print/progress.js';
import { stepOf, toldOutcome, type Line } from '../print/rebuild.js';
import type { Invocation } from '../invocation.js';

const exitCodes: Readonly<Record<string, 1 | 4>> = { AlreadyRunning: 4 };

/**
 * Follows a rebuild, or a comparison, to its end.
 * @throws Failure when a view differs unexplained, cannot be made, or the answer breaks off
 */
export async function rebuildViews(invocation: Invocation, ask: object): Promise<void> {
  const { json } = invocation.globals;
  const progress = await showProgress(invocation);
  let failure: Failure | undefined;
  let isDone = false;
  try {
    for await (const each of invocation.api.lines('projections/rebuild', ask)) {
      const line = each as Line;
      if (json) invocation.print(JSON.stringify(line));
      if (line.type === 'Progress') {
        progress.step(stepOf(line));
        continue;
      }
      progress.end();
      if (line.type === 'Done') isDone = true;
      else if (line.type === 'Failed') throw new Refused(line['problem'] as Problem, '');
      else {
        const { text, isFault } = toldOutcome(line);
        if (isFault) failure ??= new Failure(exitCodes[line.type] ?? 1, text);
        else if (!json) invocation.print(text);
      }
    }
  } finally {
    progress.end();
  }
  if (failure) throw failure;
  if (!isDone)
    throw new Failure(1, 'The server broke off: whether a view was taken over, "holdfast projections list" tells.');
}
