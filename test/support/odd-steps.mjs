// The steps of the game's operations, but for ships that are named with this module: `?SHIP=spin`, `leak` or `throw`.
import { nextStep as usual } from '../../bundle/domain/operations/operation.js';

const odd = new URL(import.meta.url).searchParams;
const spinMs = 30_000;

export function nextStep(operation, known, sight) {
  const kind = odd.get(sight.ship.symbol);
  if (kind === 'throw') throw new Error('a bug in the operation');
  if (kind === 'spin') for (const until = Date.now() + spinMs; Date.now() < until;);
  if (kind === 'leak') for (const all = []; ;) all.push(new Array(1_000).fill(all.length));
  return usual(operation, known, sight);
}
