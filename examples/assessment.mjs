// Goes through the phases of a flow, each of them once however many of this program are started, and killed.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { AlreadyRunning, Holdfast, LeaseLost } from '../clients/typescript/dist/index.js';

const usage = `npm run build && node examples/assessment.mjs --flow assessment-1
Also: --url, --holder NAME, --phase-ms.`;
const options = Object.fromEntries(['url', 'flow', 'holder', 'phase-ms'].map((name) => [name, { type: 'string' }]));

function readArgs() {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (!values.help) return values;
    console.log(usage);
  } catch ({ message }) {
    console.error(`${message}\n${usage}`);
    process.exit(2);
  }
  process.exit(0);
}

const given = readArgs();
const url = given.url ?? 'http://127.0.0.1:4000';
const flow = given.flow ?? 'assessment-1';
const phaseMs = Number(given['phase-ms'] ?? 3_000);
const phases = ['readiness_assessment', 'complexity_analysis', 'recommendation_generation'];
const holder = given.holder ?? `worker-${process.pid}`;
const say = (event, more = {}) => console.log(JSON.stringify({ event, holder, ...more }));

/** What a phase does: ten steps, and a milestone after each. A killed worker's successor begins the phase anew. */
async function assess({ token, signal, results, progress }) {
  say('began', { token, after: Object.keys(results) });
  for (let done = 1; done <= 10; done += 1) {
    await sleep(phaseMs / 10, undefined, { signal });
    await progress({ done, of: 10 });
  }
  return { by: holder, token };
}

await fetch(`${url}/api/v1/flows`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ id: flow, phases }),
});
const holdfast = new Holdfast({ url });
for (const phase of phases) {
  for (;;) {
    try {
      const outcome = await holdfast.executeWithLease(flow, phase, assess, { holder, ttlMs: 5_000 });
      if (!(outcome instanceof AlreadyRunning)) {
        say('done', { phase, outcome });
        break;
      }
      say('waiting', { phase, for: outcome.holder?.id, progress: outcome.progress });
      await sleep(1_000);
    } catch (error) {
      if (!(error instanceof LeaseLost) && error.name !== 'AbortError') throw error;
      say('lost', { phase, why: error.message });
    }
  }
}
