import { z } from 'zod';
import type { LeaseEvent } from '../../domain/lease/events.js';
import { releaseReasons } from '../../domain/lease/reasons.js';
import { stored, type EventSchemas } from './event-schema.js';
import { count, duration, instant, integer, jsonObject, processMark, text } from './stored-values.js';

const resource = z.strictObject({ kind: z.enum(['ship', 'task', 'phase']), scope: text, name: text });
export const holder = z.strictObject({ kind: z.enum(['container', 'agent', 'operator']), id: text, attempt: count });
export const asker = z.strictObject({ kind: z.enum(['holder', 'operator', 'system']), id: text });
const reason = z.enum(releaseReasons);

const effect = { effectId: text, action: text, deadlineMs: instant, probe: jsonObject };
const debt = { obligationId: text, good: text, units: count };
const openEffect = z.strictObject({ ...effect, token: count });
const obligation = z.strictObject({ ...debt, sinceMs: instant, by: text.exactOptional() });
const pastHold = z.strictObject({ holder, token: count, reason, detail: text, freedAtMs: instant });

const inherited = z.strictObject({
  effects: z.array(openEffect),
  obligations: z.array(obligation),
  previous: pastHold.nullable(),
});

const ofLease = { resource, token: count, atMs: instant };
const ofHold = { ...ofLease, holder };
const particulars = {
  owner: text.exactOptional(),
  process: z.strictObject({ host: text, pid: count, mark: processMark.nullable() }).exactOptional(),
};
const endOfHold = { ...ofHold, owner: text.exactOptional() };
const newHold = { ...ofHold, operation: text, ttlMs: duration, ...particulars, inherited };
const earlierHold = z.strictObject({ holder, token: count });

const evidence = z.strictObject({
  silentForMs: duration,
  ttlMs: duration,
  lastBeat: integer.nullable(),
  observedRevision: text,
  monitor: text,
});

const snapshot = z.strictObject({
  lastToken: count,
  hold: z
    .strictObject({
      ...{ holder, token: count, operation: text, ttlMs: duration, sinceMs: instant, reason: text },
      ...particulars,
    })
    .nullable(),
  previous: pastHold.nullable(),
  freeFromMs: instant,
  effects: z.array(openEffect),
  obligations: z.array(obligation),
  workedUnder: count.exactOptional(),
});

export const leaseSchemas = {
  LeaseGranted: stored(z.strictObject(newHold)),
  LeaseHandedOver: stored(z.strictObject({ ...newHold, from: earlierHold, reason: text, by: asker })),
  LeaseReserved: stored(z.strictObject({ ...newHold, reason: text, displaced: earlierHold.nullable() })),
  LeaseReleased: stored(z.strictObject({ ...endOfHold, reason, detail: text, by: asker })),
  LeaseExpired: stored(z.strictObject({ ...endOfHold, evidence, freeFromMs: instant })),
  LeaseBroken: stored(z.strictObject({ ...endOfHold, reason: text, by: asker, freeFromMs: instant })),
  EffectIntended: stored(z.strictObject({ ...ofLease, ...effect })),
  EffectObserved: stored(
    z.strictObject({
      ...ofLease,
      effectId: text,
      result: z.enum(['happened', 'did-not-happen']),
      evidence: jsonObject,
    }),
  ),
  ObligationIncurred: stored(z.strictObject({ ...ofLease, ...debt })),
  ObligationSettled: stored(
    z.strictObject({
      ...ofLease,
      obligationId: text,
      how: z.enum(['sold', 'delivered', 'jettisoned', 'written-off']),
      by: asker,
    }),
  ),
  LeaseChapterOpened: stored(z.strictObject({ resource, atMs: instant, state: snapshot })),
} satisfies EventSchemas<LeaseEvent>;
