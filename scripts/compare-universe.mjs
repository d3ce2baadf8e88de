// Prints what a generated universe consists of, beside a recorded system if HOLDFAST_RECORDED_UNIVERSE names its file.
// Run after a build: node scripts/compare-universe.mjs [SYMBOL] [SEED]
import { readFileSync } from 'node:fs';
import { statisticsOf } from '../dist/embedded/universe/generate/statistics.js';
import { generateUniverse } from '../dist/embedded/universe/generate/universe.js';
import { universeIn } from '../dist/embedded/universe/model/universe-file.js';

const [symbol = 'X1-HF01', seed = '1'] = process.argv.slice(2);
const file = process.env.HOLDFAST_RECORDED_UNIVERSE;
const generated = statisticsOf(generateUniverse(symbol, Number(seed)));
const recorded = file ? statisticsOf(universeIn(readFileSync(file, 'utf8'), 1)) : undefined;

const row = (name, ...cells) => console.log(name.padEnd(32) + cells.map((cell) => String(cell).padStart(10)).join(''));
row('', 'generated', ...(recorded ? ['recorded'] : []));
for (const name of new Set([...Object.keys(generated), ...Object.keys(recorded ?? {})])) {
  row(name, generated[name] ?? 0, ...(recorded ? [recorded[name] ?? 0] : []));
}
