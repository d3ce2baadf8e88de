import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { ExplainLease } from '../../../application/custody/explain-lease.js';
import { BreakLease, LiftReservation, ReserveLease } from '../../../application/leases/operator-acts.js';
import { isReservation } from '../../../domain/lease/lease.js';
import type { Resource } from '../../../domain/lease/resource.js';
import type { Dispatcher } from '../asking/dispatcher.js';
import { explanationBody } from './explanation-body.js';
import { freedOrNotBody, reservedBody } from './lease-bodies.js';
import type { breakLease, liftReservation, reserveLease } from './lease-schemas.js';

/** An act of an operator on one lease, carried out or only foreseen. */
interface Act<Ask> {
  readonly dispatcher: Dispatcher;
  readonly context: CommandContext;
  readonly resource: Resource;
  readonly ask: Ask;
}

export async function reserveOrPreview(act: Act<z.output<typeof reserveLease>>) {
  const { dispatcher, context, resource } = act;
  const { displace, preview, ...ask } = act.ask;
  if (!preview) {
    const reserve = new ReserveLease(context, { resource, ...ask, displaces: displace });
    return reservedBody(await dispatcher.command(reserve));
  }
  const { hold, told } = await foresee(dispatcher, resource, ask);
  const isOwn = hold !== null && isReservation(hold) && hold.holder.id === ask.operator;
  const takes = hold !== null && displace && !isReservation(hold) && told.isMeant;
  return { ...told.body, wouldReserve: hold === null || isOwn || takes, loser: takes ? hold.holder : null };
}

export async function liftOrPreview(act: Act<z.output<typeof liftReservation>>) {
  const { dispatcher, context, resource } = act;
  const { preview, ...ask } = act.ask;
  if (!preview) return freedOrNotBody(await dispatcher.command(new LiftReservation(context, { resource, ...ask })));
  const { hold, told } = await foresee(dispatcher, resource, ask);
  const wouldLift = hold !== null && isReservation(hold) && told.isMeant;
  return { ...told.body, wouldLift, loser: wouldLift ? hold.holder : null };
}

export async function breakOrPreview(act: Act<z.output<typeof breakLease>>) {
  const { dispatcher, context, resource } = act;
  const { preview, ...ask } = act.ask;
  if (!preview) return freedOrNotBody(await dispatcher.command(new BreakLease(context, { resource, ...ask })));
  const { hold, told } = await foresee(dispatcher, resource, ask);
  const wouldBreak = hold !== null && !isReservation(hold) && told.isMeant;
  return { ...told.body, wouldBreak, loser: wouldBreak ? hold.holder : null };
}

/** Whoever holds it now, and what every preview says of that. */
async function foresee(
  dispatcher: Dispatcher,
  resource: Resource,
  { expectedToken }: { readonly expectedToken?: number | undefined },
) {
  const why = await dispatcher.query(new ExplainLease(resource));
  const now = why.hold?.token ?? null;
  const body = { preview: true as const, expectedToken: now, why: explanationBody(why) };
  return { hold: why.hold, told: { isMeant: expectedToken === undefined || expectedToken === now, body } };
}
