import { crashLoop } from '../../../domain/container/crash-loop.js';
import type { RecoveryReceipt } from '../../../domain/instance/instance.js';
import type { LeaseVerdict } from '../../../domain/recovery/recovery.js';
import type { Report } from '../../ports/log.js';
import type { LostContainer } from './carry-out-step.js';

// The capitals and the wording are those that the bot's operators search their logs for.

/** A container that is over because it could not go on: once for whoever is woken, once for whoever looks for it. */
export function tellLost({ containerId: container, containerType, reason }: LostContainer, report: Report): void {
  if (reason.startsWith(`${crashLoop}: `)) {
    const parked = `CONTAINER LOST at recovery: ${container} [${containerType}] - ${reason}; it is parked until started`;
    return report(parked, { event: 'container_parked', level: 'error', container });
  }
  report(`CONTAINER LOST at recovery: ${container} [${containerType}] - ${reason}`, {
    event: 'container_lost',
    level: 'error',
    container,
  });
  report(`Failed to restart worker ${container}: ${reason}`, {
    event: 'worker_not_restarted',
    level: 'error',
    container,
  });
}

const whyKept = {
  laden: 'it owes what is aboard',
  unverified: 'its hold could not be read',
} as const;

/** Ships that a start did not free although their holder is over. */
export function tellKept(verdicts: readonly LeaseVerdict[], report: Report): void {
  for (const { resource, holder, token, verdict } of verdicts) {
    if (verdict !== 'laden' && verdict !== 'unverified') continue;
    report(`Preserving ship ${resource.name} assignment: ${holder.id} is over, and ${whyKept[verdict]}`, {
      event: 'ship_kept',
      player: Number(resource.scope),
      ship: resource.name,
      container: holder.id,
      token,
      outcome: verdict,
    });
  }
}

const words: Readonly<Record<Exclude<keyof RecoveryReceipt, 'leases' | 'lost'>, string>> = {
  adopted: 'adopted',
  run: 'run already',
  awaitingWorker: 'awaiting their worker',
  sessions: 'held by sessions',
  reserved: 'reserved',
  beingMade: 'being made',
  released: 'released with evidence',
  laden: 'kept laden',
  unverified: 'kept unverified',
};

/** @param recovered containers that this start took over */
export function tellRecovered(receipt: RecoveryReceipt, recovered: number, durationMs: number, report: Report): void {
  const { leases, lost } = receipt;
  const parts = Object.entries(words)
    .map(([part, word]) => ({ word, count: receipt[part as keyof typeof words] }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`);
  const names = lost.length > 0 ? ` (${lost.map(({ containerId }) => containerId).join(', ')})` : '';
  const found = `leases found: ${leases}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
  const said = [`${recovered} recovered`, `${lost.length} lost${names}`, found];
  report(`Container recovery complete: ${said.join(', ')}`, {
    event: 'recovery_complete',
    durationMs,
    outcome: lost.length > 0 ? 'lost' : 'balanced',
  });
}
