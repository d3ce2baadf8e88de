import { z } from 'zod';
import { containerStatuses, restartPolicies, runners } from '../../../domain/container/events.js';
import { verdicts } from '../../../domain/health/verdict.js';
import type { JsonObject } from '../../../domain/kernel/json.js';
import * as asked from '../schemas/asked.js';
import { backOff, instant, jsonObjectOut, jsonOut, lease, positionOut, seen } from '../schemas/answered.js';

const iterations = z.int().min(-1).max(1_000_000_000);

const config = z
  .looseObject({
    command_type: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'Must be 1 to 64 letters, digits and _.')
      .optional(),
    iterations: iterations.optional(),
  })
  .transform((value) => value as typeof value & JsonObject);

export const startContainer = z
  .strictObject({
    player: asked.player.or(z.literal(0)).optional().meta({ description: 'Whose ships; 0 or absent: see `agent`' }),
    agent: asked.symbol
      .or(z.literal(''))
      .optional()
      .meta({ description: 'The player by the symbol of its agent; `player` wins' }),
    type: z.string().min(1).max(64).default('command').meta({ example: 'SCOUT_TOUR' }),
    id: asked.containerId.optional().meta({ description: 'Made from the command and the first ship if absent' }),
    scope: asked.symbol.optional().meta({
      description:
        'What it is the only one of its type and player for, such as a system: while one lives, it is the answer',
      example: 'X1-GZ7',
    }),
    ships: z
      .array(asked.symbol)
      .max(100)
      .refine((ships) => new Set(ships).size === ships.length, 'A ship stands twice.')
      .default([]),
    config: config.optional(),
    metadata: asked.jsonObject.optional(),
    iterations: iterations.optional().meta({ description: '-1: until stopped; 0 or absent: 1', example: -1 }),
    restartPolicy: z.enum(restartPolicies).default('on-failure'),
    maxRestarts: z.int().min(0).max(1_000).optional(),
    parent: asked.containerId.optional(),
    runner: z.enum(runners).default('external').meta({
      description: 'Who runs it: a worker over HTTP, or a daemon of the server by its command type',
    }),
    takeover: z
      .strictObject({ container: asked.containerId })
      .optional()
      .meta({ description: 'Takes the ships of that container over without an idle gap; it ends' }),
    adoptObligations: z.boolean().default(false).meta({ description: 'Takes over what its ships still owe' }),
  })
  .refine(({ id, scope }) => id === undefined || scope === undefined, {
    message: 'An only one has its id from what it is for.',
    path: ['id'],
  })
  .meta({ id: 'StartContainer' });
export type StartContainerBody = z.output<typeof startContainer>;

const underToken = { token: asked.token };
export const renewContainer = z.strictObject({
  ...underToken,
  cursor: asked.json.optional(),
  quietForMs: asked.quietForMs,
});
export const iteration = z.strictObject({
  ...underToken,
  visited: z.array(asked.symbol).max(1_000).default([]),
  report: asked.jsonObject.optional(),
});
export const visit = z.strictObject({ ...underToken, waypoint: asked.symbol });
export const metadata = z.strictObject({ entries: asked.jsonObject });
export const complete = z.strictObject(underToken);
export const fail = z.strictObject({
  ...underToken,
  error: asked.text(4_096).min(1),
  permanent: z.boolean().default(false).meta({ description: 'No repeat can cure it: final, whatever the policy' }),
});
export const stop = z.strictObject({
  reason: asked.reason.default('stopped'),
  token: asked.token.nullable().default(null).meta({ description: "The worker's word that it has stopped" }),
  immediately: z.boolean().default(false),
});
export const restart = z.strictObject({
  token: asked.token.nullable().default(null),
  immediately: z.boolean().default(false).meta({ description: 'Does not wait for the back-off to end' }),
});

export const listContainers = z.strictObject({
  ...asked.page,
  ...asked.fresh,
  all: asked.flagText.optional().meta({ description: 'Ended ones too; live ones only if absent' }),
  status: asked.listOf(containerStatuses).optional(),
  player: asked.playerText.optional(),
  type: z.string().max(64).optional(),
  ship: asked.symbol.optional(),
  parent: asked.containerId.optional(),
});
export const oneContainer = z.strictObject(asked.fresh);

export const container = z
  .object({
    id: z.string(),
    player: z.int(),
    type: z.string(),
    commandType: z.string(),
    status: z.enum(containerStatuses),
    live: z.boolean(),
    finished: z.boolean(),
    attempt: z.int(),
    token: z.int(),
    ships: z.array(z.string()),
    leases: z.array(lease),
    iteration: z.int(),
    maxIterations: z.int(),
    restartPolicy: z.enum(restartPolicies),
    restartCount: z.int(),
    maxRestarts: z.int(),
    backOff,
    parent: z.string().nullable(),
    runner: z.enum(runners),
    daemon: z.string().nullable().meta({ description: 'The one that runs the present attempt' }),
    config: jsonObjectOut,
    metadata: jsonObjectOut,
    createdAtMs: instant,
    updatedAtMs: instant,
    startedAtMs: instant.nullable(),
    attemptStartedAtMs: instant.nullable(),
    stoppedAtMs: instant.nullable(),
    lastError: z.string().nullable(),
    exitCode: z.int().nullable(),
    exitReason: z.string().nullable(),
    stopReason: z.string().nullable(),
  })
  .meta({ id: 'Container' });

/** A number to prove oneself by, and how often to renew. */
const terms = { token: z.int(), leases: z.array(lease), ttlMs: z.number(), renewMs: z.number() };

export const startedContainer = z
  .object({ container, ...terms, position: positionOut })
  .meta({ id: 'StartedContainer' });
export const changedContainer = z
  .object({
    container,
    already: z.boolean().meta({ description: 'True when nothing had to be written' }),
    ships: z.array(z.object({ ship: z.string(), token: z.int(), kept: z.string().nullable() })),
    restart: z.object({ attempt: z.int(), notBeforeMs: instant, delayMs: z.number() }).nullable(),
    position: positionOut,
  })
  .meta({ id: 'ChangedContainer' });
export const renewedContainer = z
  .object({
    status: z.enum(containerStatuses),
    attempt: z.int(),
    token: z.int(),
    stop: z.boolean().meta({ description: 'The worker is to end: stop with the token says that it did' }),
    stopReason: z.string().nullable(),
    untilMs: instant.nullable(),
    ttlMs: z.number(),
    renewMs: z.number(),
    position: positionOut,
  })
  .meta({ id: 'RenewedContainer' });
const health = z
  .object({
    verdict: z.enum(verdicts).meta({
      description:
        'PROGRESS: it moved lately. IDLE: nothing is to be expected of it now. BLOCKED: it runs, and has not moved for longer than it said',
    }),
    cursor: jsonOut.meta({ description: 'Where the work stands, in the worker’s own words' }),
    movedAtMs: instant,
    quietUntilMs: instant.nullable(),
  })
  .meta({ id: 'ContainerHealth' });
export const seenContainer = z.object({ container, health, ...seen }).meta({ id: 'SeenContainer' });
export const containerPage = z
  .object({ containers: z.array(container), next: z.string().nullable(), ...seen })
  .meta({ id: 'ContainerPage' });
