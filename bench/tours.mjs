// How long the scout tours are, beside the nearest neighbour's over the same shares. Prints one JSON object.
//   node bench/tours.mjs [chart of a system, default examples/X1-HF01.json; HOLDFAST_RECORDED_UNIVERSE is added when set]
import { readFileSync } from 'node:fs';
import { readChart } from '../dist/application/registry/chart-file.js';
import { lengthOf, nearestNeighbour } from '../dist/domain/scouting/closed-tour.js';
import { scoutableMarkets } from '../dist/domain/scouting/markets.js';
import { partitionMarkets } from '../dist/domain/scouting/partition.js';

const generated = new URL('../examples/X1-HF01.json', import.meta.url).pathname;
const files = process.argv.slice(2).concat(process.env.HOLDFAST_RECORDED_UNIVERSE ?? []);
const results = [];

for (const file of files.length > 0 ? files : [generated]) {
  const { chart } = readChart(JSON.parse(readFileSync(file, 'utf8')));
  const markets = scoutableMarkets(chart);
  const stops = new Map(chart.waypoints.map((waypoint) => [waypoint.symbol, waypoint]));
  for (const ships of [1, 2, 3, 5, 8]) {
    const startedAt = performance.now();
    const tours = partitionMarkets(
      Array.from({ length: ships }, (_, index) => `SHIP-${index + 1}`),
      markets.map((symbol) => stops.get(symbol)),
    );
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    const greedy = tours.map((tour) => lengthOf(nearestNeighbour(tour.markets.map((symbol) => stops.get(symbol)))));
    const lengths = tours.map(({ length }) => length);
    results.push({
      system: chart.symbol,
      markets: markets.length,
      ships,
      longest: Math.round(Math.max(...lengths)),
      shortest: Math.round(Math.min(...lengths)),
      total: Math.round(sum(lengths)),
      nearestNeighbourTotal: Math.round(sum(greedy)),
      ms,
    });
  }
}
console.log(JSON.stringify(results, null, 2));

function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}
