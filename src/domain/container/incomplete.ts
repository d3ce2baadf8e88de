import type { Obligation } from '../lease/events.js';
import type { ContainerSnapshot } from './events.js';
import { operationName } from './types.js';

/** What a run ended with that came to its end with cargo aboard which it was to sell. */
export const incomplete = 'incomplete';

/** One half of a trade: whoever takes the ship over sees to the other half. */
const halves: readonly string[] = ['purchase', 'purchase-cargo', 'sell', 'sell-cargo', 'jettison', 'jettison-cargo'];

export interface Aboard {
  readonly ship: string;
  readonly obligations: readonly Obligation[];
}

/** What a container has bought itself and neither sold nor delivered, unless buying was all that it was for. */
export function stillToSell(
  { containerId, containerType, commandType }: Pick<ContainerSnapshot, 'containerId' | 'containerType' | 'commandType'>,
  aboard: readonly Aboard[],
): readonly Aboard[] {
  if (halves.includes(operationName(containerType, commandType)) || containerType === 'PURCHASE') return [];
  return aboard
    .map(({ ship, obligations }) => ({ ship, obligations: obligations.filter(({ by }) => by === containerId) }))
    .filter(({ obligations }) => obligations.length > 0);
}

/** One sentence. */
export function incompleteBecause(aboard: readonly Aboard[]): string {
  const goods = aboard.flatMap(({ ship, obligations }) =>
    obligations.map(({ units, good }) => `${units} ${good} of ${ship}`),
  );
  return `it came to its end and has not sold what it bought: ${goods.join(', ')}`;
}
