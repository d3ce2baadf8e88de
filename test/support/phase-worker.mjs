import { setInterval } from 'node:timers';

// Executes one phase of a flow: claims it, renews it, and says when it has it. It never finishes by itself.
//   node phase-worker.mjs <url of the flow> <phase> <holder> <ttlMs>
const [flow, phase, holder, ttlMs] = process.argv.slice(2);

async function post(path, body) {
  const response = await fetch(`${flow}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

const claimed = await post('resume', { expectedPhase: phase, holder, ttlMs: Number(ttlMs) });
console.log(JSON.stringify(claimed));
setInterval(() => void post(`phases/${phase}/renew`, { token: claimed.token }), Number(ttlMs) / 3);
