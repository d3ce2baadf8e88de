import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { ExplainLease } from '../../../application/custody/explain-lease.js';
import { BreakLease } from '../../../application/leases/operator-acts.js';
import { isReservation } from '../../../domain/lease/lease.js';
import type { Resource } from '../../../domain/lease/resource.js';
import type { Dispatcher } from '../asking/dispatcher.js';
import type { breakLease } from '../leases/lease-schemas.js';
import { explanationBody } from './explanation-body.js';
import { freedOrNotBody } from './lease-bodies.js';

/** Takes a lease from its holder, or says what would happen. */
export async function breakOrPreview(
  dispatcher: Dispatcher,
  context: CommandContext,
  resource: Resource,
  { preview, ...ask }: z.output<typeof breakLease>,
) {
  if (!preview) return freedOrNotBody(await dispatcher.command(new BreakLease(context, { resource, ...ask })));
  const why = await dispatcher.query(new ExplainLease(resource));
  const wouldBreak = why.hold !== null && !isReservation(why.hold);
  return { preview, wouldBreak, loser: wouldBreak ? why.hold.holder : null, why: explanationBody(why) };
}
