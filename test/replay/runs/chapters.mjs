import { Product } from './product.mjs';

/** A ship and a container whose streams are long enough to be summed up in chapters, again and again. */
export async function chapters() {
  const product = await Product.start({ HOLDFAST_CHAPTER_LENGTH: '5' });
  try {
    await product.ask('PUT', 'players/3', { agentSymbol: 'SAGA' });
    await longHold(product);
    await product.kill();
    await product.again();
    await longTour(product);
    return product.export();
  } finally {
    await product.close();
  }
}

async function longHold(product) {
  const ship = 'players/3/ships/SAGA-1';
  let { token } = await product.post(`${ship}/lease`, { holder: 'agent-1', operation: 'trade' });
  await product.post(`${ship}/obligations`, { token, obligationId: 'cargo', good: 'FUEL', units: 2 });
  for (let trip = 1; trip <= 8; trip++) {
    await product.post(`${ship}/effects`, { token, effectId: `trip-${trip}`, action: 'navigate', withinMs: 60_000 });
    if (trip % 3 === 0) continue;
    await product.post(`${ship}/effects/trip-${trip}/observation`, { token, result: 'happened', evidence: { trip } });
  }
  ({ token } = await product.post(`${ship}/lease/hand-over`, { token, from: 'agent-1', to: 'agent-2' }));
  for (const trip of [3, 6]) {
    await product.post(`${ship}/effects/trip-${trip}/observation`, { token, result: 'did-not-happen' });
  }
  await product.post(`${ship}/obligations/cargo/settlement`, { token, how: 'sold' });
  await product.post(`${ship}/lease/release`, { token, reason: 'completed' });
}

async function longTour(product) {
  const markets = ['X1-HF01-A1', 'X1-HF01-B6', 'X1-HF01-C9'];
  const params = { ship_symbol: 'SAGA-2', player_id: 3, system: 'X1-HF01', markets };
  const config = { command_type: 'ScoutTourCommand', params };
  let { token } = await product.post('containers', {
    player: 3,
    id: 'tour-SAGA-2',
    ships: ['SAGA-2'],
    config,
    iterations: -1,
  });
  const at = 'containers/tour-SAGA-2';
  const lap = async (visits) => {
    for (const waypoint of visits) await product.post(`${at}/visits`, { token, waypoint });
    await product.post(`${at}/iterations`, { token });
  };
  await lap(markets);
  await lap([...markets].reverse());
  await product.post(`${at}/metadata`, { entries: { note: 'half way' } });
  await product.post(`${at}/fail`, { token, error: 'sensor lost' });
  ({ token } = await product.post(`${at}/restart`, { immediately: true }));
  await lap(markets);
  await product.post(`${at}/visits`, { token, waypoint: 'X1-HF01-B6' });
  await product.kill();
  await product.again();
  await lap(['X1-HF01-A1', 'X1-HF01-C9']);
  await product.post(`${at}/complete`, { token });
}
