// Executes a phase, keeps its event loop busy for longer than its lease lives, and says what became of its result.
//   node held-too-long.mjs <url> <flow> <phase> <ttlMs> <busyMs>
import { Holdfast } from '../../clients/typescript/dist/index.js';

const [url, flow, phase, ttlMs, busyMs] = process.argv.slice(2);
const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
const holdfast = new Holdfast({ url });
try {
  const outcome = await holdfast.executeWithLease(
    flow,
    phase,
    async (lease) => {
      say('began', { token: lease.token });
      const until = performance.now() + Number(busyMs);
      while (performance.now() < until);
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
