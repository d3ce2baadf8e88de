import { Product, expect, until } from './product.mjs';
import { ShortLived } from './short-lived.mjs';

/**
 * Commands that are cut between two of their appends, by instances of the application that share the server's event
 * store and die there. The server's sweep completes what can be completed and gives back the rest; it is killed itself
 * between a cut and the repair of it.
 */
export async function halfMade() {
  const product = await Product.start();
  try {
    await product.ask('PUT', 'players/1', { agentSymbol: 'ORPHAN' });
    await startsCut(product);
    await restartsCut(product);
    await endsCut(product);
    return product.export();
  } finally {
    await product.close();
  }
}

const start = (id, ships) => (product) => product.post('containers', { player: 1, id, ships, config: {} });

async function startsCut(product) {
  const dying = await ShortLived.beside(product);
  await dying.start('one-ship', ['ORPHAN-1']).cutBeforeAppendTo('container-one-ship');
  await dying.start('two-ships', ['ORPHAN-2', 'ORPHAN-3']).cutBeforeAppendTo('ship-1.ORPHAN-3');
  await dying.close();
  await product.until('LeaseReleased', 'ship-1.ORPHAN-2');
  const another = await ShortLived.beside(product);
  await another.start('at-a-restart', ['ORPHAN-1', 'ORPHAN-4']).cutBeforeAppendTo('container-at-a-restart');
  await another.close();
  await product.kill();
  await product.again();
  await product.until('LeaseReleased', 'ship-1.ORPHAN-4');
  await product.until('LeaseReleased', 'ship-1.ORPHAN-1', 2);
}

async function restartsCut(product) {
  for (const [id, ships] of [
    ['restarted', ['ORPHAN-5', 'ORPHAN-6']],
    ['waiting', ['ORPHAN-7']],
    ['failed', ['ORPHAN-8']],
  ]) {
    await start(id, ships)(product);
  }
  const fail = (id, more) => product.post(`containers/${id}/fail`, { token: 1, error: 'no fuel', ...more });
  await fail('waiting');
  await fail('failed', { permanent: true });
  const dying = await ShortLived.beside(product);
  await dying.restart('restarted').cutBeforeAppendTo('ship-1.ORPHAN-6');
  await dying.restart('waiting').cutBeforeAppendTo('container-waiting');
  await dying.restart('failed').cutBeforeAppendTo('container-failed');
  await dying.close();
  await product.kill();
  await product.again();
  await product.until('ContainerStarted', 'container-restarted', 2);
  await product.until('ContainerStarted', 'container-waiting', 2);
  await product.until('LeaseReleased', 'ship-1.ORPHAN-8', 2);
}

async function endsCut(product) {
  for (const id of ['completed', 'broken', 'stopped'])
    await start(id, [`ORPHAN-${id.toUpperCase()}`, `SECOND-${id.toUpperCase()}`])(product);
  const dying = await ShortLived.beside(product);
  await dying.complete('completed', 1).cutBeforeAppendTo('ship-1.SECOND-COMPLETED');
  await dying.breakLease('ORPHAN-BROKEN').cutBeforeAppendTo('ship-1.ORPHAN-BROKEN');
  await dying.close();
  await product.post('containers/stopped/stop', { reason: 'enough' });
  await product.until('LeaseReleased', 'ship-1.SECOND-COMPLETED');
  await product.until('LeaseReleased', 'ship-1.ORPHAN-BROKEN');
  await product.until('LeaseReleased', 'ship-1.SECOND-STOPPED');
  await until(async () => {
    const { body } = await product.get('ships?player=1&status=active');
    const held = body.ships.map(({ symbol }) => symbol).sort();
    expect(held.join() === 'ORPHAN-5,ORPHAN-6,ORPHAN-7', `only the restarted ones hold ships, but ${held}`);
  });
}
