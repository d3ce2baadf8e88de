import { crashLoop } from '../../../domain/container/crash-loop.js';
import { countedIn, type RecoveryReceipt } from '../../../domain/recovery/receipt.js';
import type { LeaseFate } from '../../../domain/recovery/recovery.js';
import type { Say } from '../../ports/log.js';
import type { LostContainer } from './carry-out-step.js';

// The capitals and the wording are those that the bot's operators search their logs for.

/** A container that is over because it could not go on: once for whoever is woken, once for whoever looks for it. */
export function tellLost({ containerId: container, containerType, reason }: LostContainer, say: Say): void {
  if (reason.startsWith(`${crashLoop}: `)) {
    const parked = `CONTAINER LOST at recovery: ${container} [${containerType}] - ${reason}; it is parked until started`;
    return say(parked, { event: 'container_parked', level: 'error', container });
  }
  say(`CONTAINER LOST at recovery: ${container} [${containerType}] - ${reason}`, {
    event: 'container_lost',
    level: 'error',
    container,
  });
  say(`Failed to restart worker ${container}: ${reason}`, {
    event: 'worker_not_restarted',
    level: 'error',
    container,
  });
}

const whyKept = {
  laden: 'it owes what is aboard',
  unverified: 'its cargo could not be read',
} as const;

/** Ships that a start did not free although their holder is over. */
export function tellKept(fates: readonly LeaseFate[], say: Say): void {
  for (const { resource, holder, token, fate } of fates) {
    if (fate !== 'laden' && fate !== 'unverified') continue;
    say(`Preserving ship ${resource.name} assignment: ${holder.id} is over, and ${whyKept[fate]}`, {
      event: 'ship_kept',
      player: Number(resource.scope),
      ship: resource.name,
      container: holder.id,
      token,
      outcome: fate,
    });
  }
}

/** @param recovered containers that this start took over */
export function tellRecovered(receipt: RecoveryReceipt, recovered: number, durationMs: number, say: Say): void {
  const { leases, lost } = receipt;
  const parts = countedIn(receipt);
  const names = lost.length > 0 ? ` (${lost.map(({ containerId }) => containerId).join(', ')})` : '';
  const found = `leases found: ${leases}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
  const said = [`${recovered} recovered`, `${lost.length} lost${names}`, found];
  say(`Container recovery complete: ${said.join(', ')}`, {
    event: 'recovery_complete',
    durationMs,
    outcome: lost.length > 0 ? 'lost' : 'balanced',
  });
}
