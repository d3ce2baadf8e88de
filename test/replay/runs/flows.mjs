import { expect, Product } from './product.mjs';
import { ShortLived } from './short-lived.mjs';

const by = (reason) => ({ operator: 'ada', reason });
const phases = ['readiness', 'complexity', 'risk', { name: 'finalization', runs: false }];

/**
 * Flows are gone through, fail, are paused, continued and cancelled; the server is killed under a running phase, a holder
 * falls silent and comes back too late, a lock is taken, and claims and ends are cut between their two appends.
 */
export async function flows() {
  const product = await Product.start({ HOLDFAST_GAME: 'false' });
  try {
    await goesThrough(product);
    await fails(product);
    await isLost(product);
    await isCut(product);
    return product.export();
  } finally {
    await product.close();
  }
}

async function resume(product, id, expectedPhase, holder = 'worker-1', more = {}) {
  return product.post(`flows/${id}/resume`, { expectedPhase, holder, ttlMs: 60_000, ...more });
}

const ofPhase = (product, id, phase) => (verb, body) => product.post(`flows/${id}/phases/${phase}/${verb}`, body);

async function done(product, id, phase) {
  const { token } = await resume(product, id, phase);
  await ofPhase(product, id, phase)('complete', { token, result: { phase } });
}

async function goesThrough(product) {
  await product.post('flows', { id: 'whole', phases });
  const { token } = await resume(product, 'whole', 'readiness');
  const again = await resume(product, 'whole', 'readiness', 'worker-2');
  expect(again.status === 'already_running', 'five clicks run it once');
  const say = ofPhase(product, 'whole', 'readiness');
  await say('progress', { token, progress: { done: 3, of: 10 } });
  await product.kill();
  await product.again();
  await say('renew', { token });
  await say('complete', { token, result: { ready: 12 } });
  expect((await resume(product, 'whole', 'readiness')).status === 'already_completed', 'it is never run again');
  await product.post('flows/whole/pause', by('over night'));
  await product.post('flows/whole/continue', by('good morning'));
  for (const phase of ['complexity', 'risk']) await done(product, 'whole', phase);
  await resume(product, 'whole', 'finalization');
}

async function fails(product) {
  await product.post('flows', { id: 'failing', phases, maxFailures: 2 });
  for (const error of ['no answer', 'no answer again']) {
    const { token } = await resume(product, 'failing', 'readiness');
    await ofPhase(product, 'failing', 'readiness')('fail', { token, error });
  }
  await product.post('flows/failing/continue', by('mended'));
  await done(product, 'failing', 'readiness');
  await resume(product, 'failing', 'complexity');
  await product.post('flows/failing/cancel', by('not needed any more'));
}

async function isLost(product) {
  await product.post('flows', { id: 'lost', phases });
  const silent = await resume(product, 'lost', 'readiness', 'worker-1', { ttlMs: 1_000 });
  await product.until('PhaseAbandoned', 'flow-lost');
  await product.refused('stale-token', 'flows/lost/phases/readiness/complete', { token: silent.token });
  const given = await resume(product, 'lost', 'readiness', 'worker-2');
  await ofPhase(product, 'lost', 'readiness')('abandon', { token: given.token, reason: 'SCRIPT_EXIT' });
  await resume(product, 'lost', 'readiness', 'worker-3');
  await product.post('locks/phases/lost/readiness/lease/break', by('it hangs'));
  await done(product, 'lost', 'readiness');
}

async function isCut(product) {
  await product.post('flows', { id: 'cut', phases });
  const dying = await ShortLived.beside(product);
  await dying.claimPhase('cut', 'readiness', 'dying').cutBeforeAppendTo('flow-cut');
  await product.until('LeaseReleased', 'phase-cut.readiness');
  const { token } = await resume(product, 'cut', 'readiness');
  await dying.completePhase('cut', 'readiness', token).cutBeforeAppendTo('phase-cut.readiness');
  await product.until('LeaseReleased', 'phase-cut.readiness', 2);
  await resume(product, 'cut', 'complexity');
  await dying.breakPhase('cut', 'complexity').cutBeforeAppendTo('flow-cut');
  await dying.close();
  await product.until('PhaseAbandoned', 'flow-cut');
  await resume(product, 'cut', 'complexity', 'worker-2');
}
