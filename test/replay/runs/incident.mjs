import { readFileSync } from 'node:fs';
import { expect, Product, until } from './product.mjs';

const chart = JSON.parse(readFileSync(new URL('../../../examples/X1-HF01.json', import.meta.url), 'utf8'));
const system = chart.system.symbol;
const markets = chart.waypoints.filter(({ traits }) => traits.includes('MARKETPLACE')).map(({ symbol }) => symbol);
const ships = ['COOPER-2', 'COOPER-3', 'COOPER-4', 'COOPER-5', 'COOPER-6'];

/**
 * Five scout tours fail and restart under a server that is killed while they wait for their next attempt, and once more
 * in the middle of a rebuild; the event store and PostgreSQL are killed under way. In the end all are stopped.
 */
export async function incident() {
  const product = await Product.start();
  try {
    expect((await product.ask('PUT', `systems/${system}`, chart)).status < 300, 'the system is charted');
    await product.ask('PUT', 'players/2', { agentSymbol: 'COOPER' });
    const workers = ships.map((ship, index) => {
      const tour = [...markets.slice(index * 4, index * 4 + 3), markets[0]].join(',');
      return product.worker(ship, { player: '2', system, markets: tour, 'leg-ms': '300', 'fail-after': '6' });
    });
    const all = (check) => until(() => workers.forEach((worker) => check(worker)), 60_000);
    const allMoveOn = async (visits) => {
      const seen = new Map(workers.map((worker) => [worker, worker.said('visited').length]));
      await all((worker) => expect(worker.said('visited').length >= seen.get(worker) + visits, 'all move on'));
    };
    await all((worker) => expect(worker.said('failed').length === 1, 'all have failed'));
    await product.kill();
    await product.again();
    await all((worker) => expect(worker.said('restarted').length === 1, 'all have restarted'));
    await allMoveOn(4);
    product.killEventStore();
    await allMoveOn(2);
    product.killPostgres();
    await allMoveOn(2);
    product.ask('POST', 'projections/rebuild', { all: true }).catch(() => undefined);
    await product.kill();
    await product.again();
    await allMoveOn(3);
    for (const worker of workers) {
      await product.post(`containers/${worker.said('started')[0].container}/stop`, { reason: 'end of the day' });
    }
    const codes = await Promise.all(workers.map(({ ended }) => ended));
    expect(
      codes.every((code) => code === 0),
      `all workers end well, but ${codes}`,
    );
    await product.stop();
    await product.again();
    return product.export();
  } finally {
    await product.close();
  }
}
