// Executes a phase, keeps its event loop busy until a file is there, and says what became of its result.
//   node held-too-long.mjs <url> <flow> <phase> <ttlMs> <file>
import { existsSync } from 'node:fs';
import { Holdfast } from '../../clients/typescript/dist/index.js';

const [url, flow, phase, ttlMs, file] = process.argv.slice(2);
const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
const holdfast = new Holdfast({ url });
try {
  const outcome = await holdfast.executeWithLease(
    flow,
    phase,
    async (lease) => {
      say('began', { token: lease.token });
      const until = performance.now() + 30_000;
      while (!existsSync(file) && performance.now() < until);
      const wasHeld = lease.isHeld;
      say('woke', { wasHeld, aborted: lease.signal.aborted, why: lease.signal.reason?.why });
      return 'late';
    },
    { ttlMs: Number(ttlMs), holder: 'sleeper' },
  );
  say('returned', { outcome });
} catch (error) {
  say('threw', { name: error.name, why: error.why, code: error.cause?.code });
}
