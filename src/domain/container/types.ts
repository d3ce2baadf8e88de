/** Types that only a worker of somebody else's can run: this program has no operation for them. */
export const workerTypes = [
  'JUMP',
  'CONTRACT',
  'CONTRACT_WORKFLOW',
  'CONTRACT_FLEET_COORDINATOR',
  'BALANCING',
  'MINING',
  'MINING_WORKER',
  'MINING_COORDINATOR',
  'TRANSPORT_WORKER',
  'ARBITRAGE_WORKER',
  'ARBITRAGE_COORDINATOR',
  'GOODS_FACTORY_COORDINATOR',
  'MANUFACTURING_COORDINATOR',
  'PARALLEL_MANUFACTURING',
  'MANUFACTURING_TASK_WORKER',
  'GAS_COORDINATOR',
  'GAS_SIPHON_WORKER',
  'STORAGE_SHIP',
] as const;

/** Container types that are known; `command` runs whatever its command type says. */
export const containerTypes = [
  'command',
  'NAVIGATE',
  'DOCK',
  'ORBIT',
  'REFUEL',
  'JETTISON',
  'SCOUT',
  'SCOUT_TOUR',
  'SCOUT_FLEET_ASSIGNMENT',
  'TRADING',
  'PURCHASE',
  ...workerTypes,
] as const;

export function isContainerType(text: string): boolean {
  return (containerTypes as readonly string[]).includes(text);
}

/** Operations that were run once, each with what replaced it. */
export const retiredOperations: ReadonlyMap<string, string> = new Map([
  ['scout', 'a scout tour'],
  ['scout-fleet-assignment', 'having the markets of a system scouted'],
]);

/** The word an id begins with: `ScoutTourCommand` gives `scout-tour`, `MINING_WORKER` gives `mining-worker`. */
export function operationName(containerType: string, commandType: string): string {
  const command = commandType.replace(/Command$/, '');
  if (command === '') return containerType.toLowerCase().replaceAll('_', '-');
  return command
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .replaceAll('_', '-')
    .toLowerCase();
}
