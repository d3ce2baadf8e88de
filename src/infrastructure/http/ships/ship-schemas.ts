import { z } from 'zod';
import { assignmentStatuses } from '../../../application/queries/assignments.js';
import { containerStatuses } from '../../../domain/container/events.js';
import { effect, holder, instant, obligation, pastHold, positionOut, seen } from '../schemas/answered.js';
import * as asked from '../schemas/asked.js';

const underToken = { token: asked.token };
const effectId = asked.label;

export const intendEffect = z.strictObject({
  ...underToken,
  effectId,
  action: asked.label,
  withinMs: z.int().min(1).max(86_400_000).meta({ description: 'How long from now on it may still land' }),
  probe: asked.jsonObject.optional().meta({ description: 'What to look at, to learn whether it happened' }),
});
export const observeEffect = z.strictObject({
  ...underToken,
  result: z.enum(['happened', 'did-not-happen']),
  evidence: asked.jsonObject.optional(),
});
export const incurObligation = z.strictObject({
  ...underToken,
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

const statuses = asked.listOrAll(assignmentStatuses);
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

export const recorded = z.object({ already: z.boolean(), position: positionOut }).meta({ id: 'Recorded' });
