import { z } from 'zod';
import { assignmentStatuses } from '../../../application/queries/assignments.js';
import { containerStatuses } from '../../../domain/container/events.js';
import { releaseReasonOf } from '../../../domain/lease/reasons.js';
import {
  backOff,
  effect,
  hold,
  holder,
  instant,
  jsonOut,
  obligation,
  pastHold,
  positionOut,
  resource,
  seen,
} from '../schemas/answered.js';
import * as asked from '../schemas/asked.js';

const owner = { token: asked.token };
const operator = { operator: asked.label, reason: asked.reason };
const previewed = {
  preview: z.boolean().default(false).meta({ description: 'Only say what would happen' }),
  expectedToken: asked.token.optional().meta({
    description: 'Only if it is held under this token still; a preview gives it as expectedToken',
  }),
};
const effectId = asked.label;

/** A word of the closed list of reasons, or another word that is read as one of them. */
const releaseReason = z
  .string()
  .max(64)
  .transform((word, context) => {
    const reason = releaseReasonOf(word);
    if (reason) return reason;
    context.addIssue({ code: 'custom', message: 'Is not a reason for a release.' });
    return z.NEVER;
  })
  .meta({ example: 'completed' });

export const acquireLease = z.strictObject({
  holder: asked.label.meta({ description: 'The id of the session that will hold it', example: 'agent-7' }),
  operation: asked.label.default('command'),
  ttlMs: asked.ttlMs.meta({ description: 'Time to live without a renewal, in milliseconds' }),
  adoptObligations: z.boolean().default(false),
});
export const renewLease = z.strictObject({ ...owner, cursor: asked.json.optional(), quietForMs: asked.quietForMs });
export const releaseLease = z.strictObject({
  ...owner,
  holder: asked.containerId.or(asked.label).optional(),
  reason: releaseReason.default('completed'),
  detail: asked.text(256).default(''),
});
export const handOverLease = z.strictObject({
  ...owner,
  from: asked.containerId.or(asked.label),
  to: asked.label,
  operation: asked.label.optional(),
  ttlMs: asked.ttlMs,
  reason: asked.reason.default('handed over'),
});
export const reserveLease = z.strictObject({
  ...operator,
  ...previewed,
  displace: z.boolean().default(false).meta({ description: 'Take it from the present holder, who is then ended' }),
});
export const liftReservation = z.strictObject({ ...operator, ...previewed });
export const breakLease = z.strictObject({ ...operator, ...previewed });

export const intendEffect = z.strictObject({
  ...owner,
  effectId,
  action: asked.label,
  withinMs: z.int().min(1).max(86_400_000).meta({ description: 'How long from now on it may still land' }),
  probe: asked.jsonObject.optional().meta({ description: 'What to look at, to learn whether it happened' }),
});
export const observeEffect = z.strictObject({
  ...owner,
  result: z.enum(['happened', 'did-not-happen']),
  evidence: asked.jsonObject.optional(),
});
export const incurObligation = z.strictObject({
  ...owner,
  obligationId: effectId,
  good: asked.symbol,
  units: z.int().min(1).max(1_000_000),
});
export const settleObligation = z
  .strictObject({
    token: asked.token.optional(),
    how: z.enum(['sold', 'delivered', 'jettisoned', 'written-off']),
    operator: asked.label.optional().meta({ description: 'Writes it off, whoever holds the ship' }),
  })
  .refine(({ token, operator }) => (token === undefined) !== (operator === undefined), {
    message: 'Needs either the token of the holder or an operator.',
  })
  .refine(({ how, operator }) => operator === undefined || how === 'written-off', {
    message: 'An operator can only write it off.',
    path: ['how'],
  });

export const effectIdText = effectId;

const statuses = z.union([z.literal('all').transform(() => [...assignmentStatuses]), asked.listOf(assignmentStatuses)]);
export const listShips = z.strictObject({
  ...asked.page,
  ...asked.fresh,
  asOf: asked.asOf.optional(),
  status: statuses.optional().meta({ description: 'active and reserved if absent', example: 'active,idle' }),
  player: asked.playerText.optional(),
  container: asked.containerId.optional(),
  operation: asked.label.optional(),
  symbol: asked.symbol.optional().meta({ description: 'Every player’s ship of this symbol, an idle one too' }),
});
export const oneShip = z.strictObject({ ...asked.fresh, asOf: asked.asOf.optional() });

export const ship = z
  .object({
    player: z.int(),
    symbol: z.string(),
    status: z.enum(assignmentStatuses),
    holder: holder.nullable(),
    container: z.string().nullable(),
    containerStatus: z.enum(containerStatuses).nullable(),
    token: z.int(),
    operation: z.string().nullable(),
    ttlMs: z.number().nullable(),
    assignedAtMs: instant.nullable(),
    releasedAtMs: instant.nullable(),
    releaseReason: z.string().nullable(),
    reservationReason: z.string().nullable(),
    previous: pastHold.nullable(),
    freeFromMs: instant.nullable(),
    obligations: z.array(obligation),
    effects: z.array(effect),
    updatedAtMs: instant,
    revision: z.string(),
  })
  .meta({ id: 'Ship' });
export const seenShip = z.object({ ship, ...seen }).meta({ id: 'SeenShip' });
export const shipPage = z
  .object({ ships: z.array(ship), next: z.string().nullable(), ...seen })
  .meta({ id: 'ShipPage' });

const done = { already: z.boolean(), position: positionOut };
const inherited = z.object({
  effects: z.array(effect),
  obligations: z.array(obligation),
  previous: pastHold.nullable(),
});
export const grantedLease = z
  .object({
    hold,
    token: z.int(),
    ttlMs: z.number(),
    renewMs: z.number(),
    inherited,
    ...done,
  })
  .meta({ id: 'GrantedLease' });
export const renewedLease = z
  .object({
    hold,
    token: z.int(),
    untilMs: instant,
    ttlMs: z.number(),
    renewMs: z.number(),
    position: positionOut,
  })
  .meta({ id: 'RenewedLease' });
export const freedLease = z.object({ freed: pastHold, ...done }).meta({ id: 'FreedLease' });
export const reservedLease = z
  .object({ hold, displaced: z.object({ holder, token: z.int() }).nullable(), ...done })
  .meta({ id: 'ReservedLease' });
export const freedOrNot = z
  .object({
    freed: pastHold.nullable(),
    nothingToDo: z.enum(['idle', 'reserved', 'held-under-another-token', 'not-reserved']).nullable(),
    position: positionOut,
  })
  .meta({ id: 'FreedOrNot' });
export const recorded = z.object(done).meta({ id: 'Recorded' });

const evidentContainer = z
  .object({
    containerId: z.string(),
    status: z.enum(containerStatuses),
    attempt: z.int(),
    iteration: z.int(),
    backOff,
    updatedAtMs: instant,
  })
  .meta({ description: 'The container that holds it' });
const lastBeat = z
  .object({
    subject: z.string(),
    attempt: z.int(),
    token: z.int(),
    sequence: z.int(),
    cursor: jsonOut,
    quietUntilMs: instant.nullable(),
    atMs: instant,
    agoMs: z.number(),
  })
  .meta({ description: 'The last heartbeat that this process knows of' });

export const explanation = z
  .object({
    resource,
    hold: hold.nullable(),
    untilMs: instant.nullable(),
    evidence: z.object({ container: evidentContainer.nullable(), lastBeat: lastBeat.nullable() }),
    obligations: z.array(obligation),
    effects: z.array(effect),
    previous: pastHold.nullable(),
    lastToken: z.int(),
    freeFromMs: instant.nullable(),
    nextSteps: z.array(z.object({ step: z.string(), text: z.string() })),
    position: positionOut,
  })
  .meta({ id: 'LeaseExplanation' });
const previewOf = {
  preview: z.literal(true),
  loser: holder.nullable(),
  expectedToken: z
    .int()
    .nullable()
    .meta({ description: 'Given with the act itself, it changes nothing if this has changed' }),
  why: explanation,
};
export const brokenLease = z
  .union([freedOrNot, z.object({ ...previewOf, wouldBreak: z.boolean() })])
  .meta({ id: 'BrokenLease' });
export const liftedReservation = z
  .union([freedOrNot, z.object({ ...previewOf, wouldLift: z.boolean() })])
  .meta({ id: 'LiftedReservation' });
export const reservedOrNot = z
  .union([reservedLease, z.object({ ...previewOf, wouldReserve: z.boolean() })])
  .meta({ id: 'ReservedOrNot' });
