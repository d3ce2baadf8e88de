import { z } from 'zod';
import { containerStatuses, restartPolicies, runners, type ContainerEvent } from '../../domain/container/events.js';
import { stored, type EventSchemas } from './event-schema.js';
import { count, flag, instant, integer, jsonObject, player, text } from './stored-values.js';

const texts = z.array(text);
const leases = z.array(z.strictObject({ ship: text, token: count }));

const description = {
  containerId: text,
  player,
  containerType: text,
  commandType: text,
  config: jsonObject,
  metadata: jsonObject,
  ships: texts,
  maxIterations: integer,
  restartPolicy: z.enum(restartPolicies),
  maxRestarts: count,
  parentId: text.nullable(),
  runner: z.enum(runners).exactOptional(),
};

const crashes = { inARow: count, alone: count, among: count.exactOptional() };

const snapshot = z.strictObject({
  ...description,
  status: z.enum(containerStatuses),
  attempt: count,
  daemon: text.exactOptional(),
  crashes: z.strictObject({ ...crashes, company: count.exactOptional() }).exactOptional(),
  leases,
  iteration: count,
  restartCount: count,
  backOff: z.strictObject({ notBeforeMs: instant, error: text }).nullable(),
  progress: z.strictObject({
    visited: texts,
    lastLap: z.strictObject({ order: texts, completedAtMs: instant }).nullable(),
  }),
  createdAtMs: instant,
  updatedAtMs: instant,
  startedAtMs: instant.nullable(),
  attemptStartedAtMs: instant.nullable(),
  iterationInAttempt: count,
  stoppedAtMs: instant.nullable(),
  lastError: text.nullable(),
  exitCode: integer.nullable(),
  exitReason: text.nullable(),
  stopReason: text.nullable(),
  removed: flag,
});

const at = { containerId: text, atMs: instant };
const inAttempt = { ...at, attempt: count };

export const containerSchemas = {
  ContainerCreated: stored(z.strictObject({ ...description, atMs: instant })),
  ContainerStarting: stored(z.strictObject(inAttempt)),
  ContainerStarted: stored(
    z.strictObject({
      ...inAttempt,
      leases,
      daemon: text.exactOptional(),
      crashes: z.strictObject(crashes).exactOptional(),
    }),
  ),
  ContainerProbationBegun: stored(z.strictObject({ ...inAttempt, company: count })),
  ContainerProbationPassed: stored(z.strictObject(inAttempt)),
  ContainerMarketVisited: stored(z.strictObject({ ...inAttempt, waypoint: text })),
  ContainerIterationCompleted: stored(
    z.strictObject({ ...inAttempt, iteration: count, visited: texts, report: jsonObject }),
  ),
  ContainerMetadataSet: stored(z.strictObject({ ...at, entries: jsonObject })),
  ContainerAttemptEnded: stored(
    z.strictObject({
      ...inAttempt,
      outcome: z.enum(['failed', 'completed']),
      error: text,
      restartCount: count,
      notBeforeMs: instant,
    }),
  ),
  ContainerCompleted: stored(z.strictObject({ ...inAttempt, exitCode: z.literal(0) })),
  ContainerFailed: stored(z.strictObject({ ...inAttempt, error: text, exitReason: text, exitCode: z.literal(1) })),
  ContainerStopRequested: stored(z.strictObject({ ...inAttempt, reason: text })),
  ContainerStopped: stored(z.strictObject({ ...inAttempt, exitReason: text })),
  ContainerInterrupted: stored(z.strictObject({ ...inAttempt, reason: text })),
  ContainerReset: stored(z.strictObject({ ...at, restartCount: count })),
  ContainerRemoved: stored(z.strictObject(at)),
  ContainerChapterOpened: stored(z.strictObject({ ...at, state: snapshot })),
} satisfies EventSchemas<ContainerEvent>;
