import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import type { FleetPlan } from './plan.js';
import type { Universe } from './universe.js';

export const shipsOf = ({ tours, trades }: FleetPlan): readonly string[] =>
  [...tours, ...trades].map(({ ship }) => ship);

/**
 * Resolves when the game has seen every ship do something from now on; gives how long that took, in ms.
 * @param ships all of them must
 * @param withinMs on a calm machine
 */
export async function everyoneMoves(universe: Universe, ships: readonly string[], withinMs: number): Promise<number> {
  const startedAt = performance.now();
  const lengthOf = async () => (await universe.journal()).length;
  const length = await eventually(lengthOf, withinMs);
  await eventually(
    async () => {
      const moved = new Set((await universe.journal()).slice(length).map(({ ship }) => ship));
      expect(ships.filter((ship) => !moved.has(ship))).toEqual([]);
    },
    withinMs * busy(),
    100,
  );
  return performance.now() - startedAt;
}
