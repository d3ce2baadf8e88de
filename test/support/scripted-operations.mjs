// Operations for tests. `config.params` says what an attempt does:
//   workMs: how long it works; stopMs: how long a stop takes to reach a safe point (-1: it never does);
//   failAttempts: as many attempts fail first; permanent: they fail for good; throws, rejects: instead of failing;
//   say: what it logs, once per attempt.
import { setTimeout as sleep } from 'node:timers/promises';

const aborted = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', resolve, { once: true });
  });

export const scriptedOperations = {
  run({ config, attempt }, io) {
    const { workMs = 0, stopMs = 0, failAttempts = 0, permanent = false, throws, rejects, say } = config.params ?? {};
    if (throws && attempt <= failAttempts) throw new Error(throws);
    return (async () => {
      for (const text of [say ?? []].flat()) io.log('info', text);
      io.progress({ attempt }, workMs);
      if (rejects && attempt <= failAttempts) throw new Error(rejects);
      if (attempt <= failAttempts) return { type: 'failed', error: `failed as told in attempt ${attempt}`, permanent };
      const enough = new globalThis.AbortController();
      await Promise.race([
        sleep(workMs, undefined, { signal: enough.signal }).catch(() => undefined),
        aborted(io.stop).then(() => (stopMs < 0 ? new Promise(() => undefined) : sleep(stopMs))),
        aborted(io.cut),
      ]);
      enough.abort();
      return io.stop.aborted ? { type: 'stopped' } : { type: 'completed' };
    })();
  },
};
