import { expect, Product } from './product.mjs';

const by = (reason) => ({ operator: 'ada', reason });
const ship = (symbol, player = 1) => `players/${player}/ships/${symbol}`;

/** Everything a person can do to a lease, with a server that is killed while a ship is reserved and one is laden. */
export async function operator() {
  const product = await Product.start({ HOLDFAST_SHIP_TTL_MS: '60000', HOLDFAST_SHIP_RENEW_MS: '20000' });
  const started = (id, ships, more = {}) =>
    product.post('containers', { player: 1, id, ships, config: { command_type: 'navigate' }, ...more });
  try {
    await product.ask('PUT', 'players/1', { agentSymbol: 'MIRA' });
    await product.ask('PUT', 'players/2', { agentSymbol: 'NOVA' });
    await reserved(product, started);
    await brokenAndHandedOver(product, started);
    await laden(product, started);
    await released(product, started);
    await takenOver(product, started);
    return product.export();
  } finally {
    await product.close();
  }
}

async function reserved(product, started) {
  await started('navigate-MIRA-1', ['MIRA-1', 'MIRA-2']);
  await product.refused('lease-held', `${ship('MIRA-1')}/lease/reserve`, by('inspection'));
  await product.post(`${ship('MIRA-1')}/lease/reserve`, { ...by('inspection'), displace: true });
  await product.kill();
  await product.again();
  await product.refused('lease-reserved', `${ship('MIRA-1')}/lease`, { holder: 'agent-1' });
  await product.post(`${ship('MIRA-1')}/lease/lift`, by('inspection done'));
  await product.post(`${ship('MIRA-2')}/lease/reserve`, by('kept over night'));
  await product.post(`${ship('MIRA-1', 2)}/lease`, { holder: 'agent-of-2' });
}

async function brokenAndHandedOver(product, started) {
  await started('navigate-MIRA-3', ['MIRA-3']);
  await product.post(`${ship('MIRA-3')}/lease/break`, { ...by('it does not answer'), preview: true });
  await product.post(`${ship('MIRA-3')}/lease/break`, by('it does not answer'));
  const { token } = await product.post(`${ship('MIRA-3')}/lease`, { holder: 'agent-1', operation: 'trade' });
  await product.post(`${ship('MIRA-3')}/effects`, { token, effectId: 'e-1', action: 'refuel', withinMs: 500 });
  const next = await product.post(`${ship('MIRA-3')}/lease/hand-over`, { token, from: 'agent-1', to: 'agent-2' });
  await product.refused('stale-token', `${ship('MIRA-3')}/lease/release`, { token });
  await product.post(`${ship('MIRA-3')}/effects/e-1/observation`, { token: next.token, result: 'happened' });
  await product.post(`${ship('MIRA-3')}/lease/break`, by('agent-2 went home'));
  const flown = await started('navigate-MIRA-4', ['MIRA-4']);
  const over = { token: flown.token, from: 'navigate-MIRA-4', to: 'agent-3' };
  await product.post(`${ship('MIRA-4')}/lease/hand-over`, over);
}

async function laden(product, started) {
  const { token } = await started('trade-MIRA-5', ['MIRA-5', 'MIRA-6'], { restartPolicy: 'no' });
  await product.post(`${ship('MIRA-5')}/obligations`, { token, obligationId: 'o-1', good: 'IRON_ORE', units: 40 });
  const failed = await product.post('containers/trade-MIRA-5/fail', { token, error: 'engine lost', permanent: true });
  expect(failed.ships.filter(({ kept }) => kept !== null).length === 1, 'the laden ship is kept');
  await product.kill();
  await product.again();
  await product.refused('lease-held', `${ship('MIRA-5')}/lease`, { holder: 'agent-4' });
  await product.post(`${ship('MIRA-5')}/obligations/o-1/settlement`, { how: 'written-off', operator: 'ada' });
  await product.until('LeaseReleased', 'ship-1.MIRA-5');
  const agent = await product.post(`${ship('MIRA-5')}/lease`, { holder: 'agent-4', operation: 'trade' });
  const owed = { token: agent.token, obligationId: 'o-2', good: 'FUEL', units: 3 };
  await product.post(`${ship('MIRA-5')}/obligations`, owed);
  await product.refused('lease-laden', `${ship('MIRA-5')}/lease/release`, { token: agent.token });
  const heir = await product.post(`${ship('MIRA-5')}/lease/hand-over`, {
    token: agent.token,
    from: 'agent-4',
    to: 'agent-5',
  });
  await product.post(`${ship('MIRA-5')}/obligations/o-2/settlement`, { token: heir.token, how: 'delivered' });
}

async function released(product, started) {
  for (const symbol of ['MIRA-7', 'MIRA-8']) await started(`survey-${symbol}`, [symbol], { type: 'SCOUT' });
  const many = { player: 1, ...by('manual'), operation: 'SCOUT' };
  await product.until('ContainerStarted', 'container-survey-MIRA-8');
  const { body: seen } = await product.get('containers?limit=1');
  expect(seen.containers.length === 1, 'the view can be asked');
  await product.post('leases/release', { ...many, preview: true });
  await product.post('leases/release', { ...many, max: 10 });
  await product.until('LeaseReleased', 'ship-1.MIRA-8');
  await product.ask('DELETE', 'containers/survey-MIRA-7');
}

async function takenOver(product, started) {
  const { token } = await started('haul-MIRA-9', ['MIRA-9', 'MIRA-10']);
  await product.post('containers/haul-MIRA-9/metadata', { entries: { route: 'north' } });
  await product.post('containers/haul-MIRA-9/iterations', { token, report: { profit: 12 } });
  await started('haul-MIRA-10', ['MIRA-9', 'MIRA-10'], { takeover: { container: 'haul-MIRA-9' } });
  await product.post('containers/haul-MIRA-10/restart', { immediately: true });
}
