/** Container types that are known; `command` runs whatever its command type says. */
export const containerTypes = [
  'command',
  'NAVIGATE',
  'DOCK',
  'ORBIT',
  'REFUEL',
  'JETTISON',
  'JUMP',
  'SCOUT',
  'SCOUT_TOUR',
  'SCOUT_FLEET_ASSIGNMENT',
  'CONTRACT',
  'CONTRACT_WORKFLOW',
  'CONTRACT_FLEET_COORDINATOR',
  'BALANCING',
  'TRADING',
  'PURCHASE',
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

export function isContainerType(text: string): boolean {
  return (containerTypes as readonly string[]).includes(text);
}

/** The word an id begins with: `ScoutTourCommand` gives `scout-tour`, `MINING_WORKER` gives `mining-worker`. */
export function operationName(containerType: string, commandType: string): string {
  const command = commandType.replace(/Command$/, '');
  if (command === '') return containerType.toLowerCase().replaceAll('_', '-');
  return command
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .replaceAll('_', '-')
    .toLowerCase();
}
