import { z } from 'zod';
import { containerStatuses } from '../../../domain/container/events.js';
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
} from '../schemas/answered.js';
import * as asked from '../schemas/asked.js';

/** What is asked of a lease and answered about it, whatever it is a lease of. */
const underToken = { token: asked.token };
const operator = { operator: asked.label, reason: asked.reason };

const previewed = {
  preview: z.boolean().default(false).meta({ description: 'Only say what would happen' }),
  expectedToken: asked.token.optional().meta({
    description: 'Only if it is held under this token still; a preview gives it as expectedToken',
  }),
};

export const acquireLease = z.strictObject({
  holder: asked.label.meta({ description: 'The id of the session that will hold it', example: 'agent-7' }),
  operation: asked.label.default('command'),
  ttlMs: asked.ttlMs.meta({ description: 'Time to live without a renewal, in milliseconds' }),
  adoptObligations: z.boolean().default(false),
});
export const renewLease = z.strictObject({
  ...underToken,
  cursor: asked.json.optional(),
  quietForMs: asked.quietForMs,
});
export const releaseLease = z.strictObject({
  ...underToken,
  holder: asked.containerId.or(asked.label).optional(),
  reason: asked.releaseReason.meta({ example: 'completed' }).default('completed'),
  detail: asked.text(256).default(''),
});
export const handOverLease = z.strictObject({
  ...underToken,
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
