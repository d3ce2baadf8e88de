import { expect, Product, until } from './product.mjs';

const markets = 'X1-HF01-A1,X1-HF01-B6,X1-HF01-C9';

/**
 * Workers that fall silent: one is killed between an effect it declared and the record of what became of it, one session
 * simply stops. Both lose their leases with the evidence, their ships wait for the latest deadline, and whoever comes
 * next reads what really happened before going on. The late worker is refused.
 */
export async function silentWorker() {
  const times = { HOLDFAST_SHIP_TTL_MS: '1500', HOLDFAST_SHIP_RENEW_MS: '300', HOLDFAST_AMNESTY_MS: '1500' };
  const product = await Product.start(times);
  try {
    await product.ask('PUT', 'players/1', { agentSymbol: 'VESPER' });
    await killedWorker(product);
    await silentSession(product);
    return product.export();
  } finally {
    await product.close();
  }
}

async function killedWorker(product) {
  const tour = { player: '1', system: 'X1-HF01', markets, 'leg-ms': '200' };
  const worker = product.worker('VESPER-1', tour);
  await until(() => expect(worker.said('visited').length >= 4, 'the worker flies'));
  const { container: id, token } = worker.said('started')[0];
  const ship = 'players/1/ships/VESPER-1';
  await product.post(`${ship}/effects`, {
    token,
    effectId: 'buy-1',
    action: 'purchase',
    withinMs: 20_000,
    probe: { good: 'FUEL' },
  });
  await product.post(`${ship}/obligations`, { token, obligationId: 'cargo-1', good: 'FUEL', units: 12 });
  worker.kill();
  await product.kill();
  await product.again();
  await product.until('LeaseExpired', 'ship-1.VESPER-1');
  await product.until('ContainerInterrupted', `container-${id}`);
  await product.refused('lease-not-free-yet', `containers/${id}/restart`, {});
  const next = await until(() => product.post(`containers/${id}/restart`));
  await product.refused('stale-token', `containers/${id}/heartbeat`, { token });
  await product.refused('stale-token', `containers/${id}/visits`, { token, waypoint: 'X1-HF01-B6' });
  await product.refused('stale-token', `${ship}/effects`, {
    token,
    effectId: 'buy-2',
    action: 'purchase',
    withinMs: 1_000,
  });
  const under = { token: next.token };
  await product.post(`${ship}/effects/buy-1/observation`, {
    ...under,
    result: 'happened',
    evidence: { cargo: { FUEL: 12 } },
  });
  const again = product.worker('VESPER-1', { ...tour, container: id, iterations: '1' });
  await until(() => expect(again.said('visited').length === 3, 'the next attempt flies'));
  const { token: last } = again.said('started')[0];
  await product.post(`${ship}/obligations/cargo-1/settlement`, { token: last, how: 'sold' });
  expect((await again.ended) === 0, 'the next attempt completes');
}

async function silentSession(product) {
  const ship = 'players/1/ships/VESPER-2';
  const { token } = await product.post(`${ship}/lease`, { holder: 'agent-7', operation: 'trade', ttlMs: 1_000 });
  await product.post(`${ship}/effects`, { token, effectId: 'sell-1', action: 'sell', withinMs: 10_000 });
  await product.post(`${ship}/effects`, { token, effectId: 'fly-1', action: 'navigate', withinMs: 2_000 });
  await product.post(`${ship}/effects/fly-1/observation`, { token, result: 'did-not-happen' });
  product.killPostgres();
  await product.until('LeaseExpired', 'ship-1.VESPER-2');
  await product.refused('lease-not-free-yet', `${ship}/lease`, { holder: 'agent-8' });
  const taken = await until(() => product.post(`${ship}/lease`, { holder: 'agent-8', operation: 'trade' }));
  expect(taken.inherited.effects.length === 1, 'the open effect is inherited');
  await product.refused('stale-token', `${ship}/lease/release`, { token, holder: 'agent-7' });
  const under = { token: taken.token };
  await product.post(`${ship}/effects/sell-1/observation`, {
    ...under,
    result: 'did-not-happen',
    evidence: { credits: 0 },
  });
  await product.post(`${ship}/lease/release`, { ...under, reason: 'completed' });
}
