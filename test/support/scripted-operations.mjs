// Operations for tests. `config.params` says what an attempt does:
//   workMs: how long it works; stopMs: how long a stop takes to reach a safe point (-1: it never does);
//   failAttempts: as many attempts fail first; permanent: they fail for good; throws, rejects: instead of failing;
//   say: what it logs, once per attempt;
//   exits: the whole process ends with it, by exit, abort or an error that nobody catches;
//   finishes: a stop does not keep it from finishing its work; failsAsStopped: a stop makes it fail for good.
import { setTimeout as sleep } from 'node:timers/promises';

const aborted = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', resolve, { once: true });
  });

export const scriptedOperations = {
  run({ config, attempt }, io) {
    const { workMs = 0, stopMs = 0, failAttempts = 0, permanent = false, throws, rejects, say } = config.params ?? {};
    const { finishes = false, failsAsStopped = false, exits } = config.params ?? {};
    if (exits === 'exit') process.exit(1);
    if (exits === 'abort') process.abort();
    if (exits === 'throw')
      globalThis.setImmediate(() => {
        throw new Error('nobody catches this');
      });
    if (throws && attempt <= failAttempts) throw new Error(throws);
    return (async () => {
      for (const text of [say ?? []].flat()) io.log('info', text);
      io.progress({ attempt }, workMs);
      if (rejects && attempt <= failAttempts) throw new Error(rejects);
      if (attempt <= failAttempts) return { type: 'failed', error: `failed as told in attempt ${attempt}`, permanent };
      const enough = new globalThis.AbortController();
      await Promise.race([
        sleep(workMs, undefined, { signal: enough.signal }).catch(() => undefined),
        aborted(io.stop).then(() => (stopMs < 0 || finishes ? new Promise(() => undefined) : sleep(stopMs))),
        aborted(io.cut),
      ]);
      enough.abort();
      if (finishes && !io.cut.aborted) return { type: 'completed' };
      if (failsAsStopped && io.stop.aborted)
        return { type: 'failed', error: 'failed as it was stopped', permanent: true };
      return io.stop.aborted ? { type: 'stopped' } : { type: 'completed' };
    })();
  },
};
