import { ClaimTask } from '../../src/application/agent-tasks/claim-task.js';
import { AbandonTask, CompleteTask, FailTask } from '../../src/application/agent-tasks/end-task.js';
import { QueueTask } from '../../src/application/agent-tasks/queue-task.js';
import { ClaimPhase } from '../../src/application/flows/claim-phase.js';
import { DeclareFlow } from '../../src/application/flows/declare-flow.js';
import { CompletePhase, FailPhase } from '../../src/application/flows/finish-phase.js';
import { AbandonPhase } from '../../src/application/flows/abandon-phase.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { taskLock } from '../../src/domain/agent-task/agent-task.js';
import { phaseResource } from '../../src/domain/flow/flow.js';
import type { Resource } from '../../src/domain/lease/resource.js';
import type { Instance } from './custody.js';
import { examples } from './examples.js';

export const queue = 'orkestra';
export const flowId = 'flow-1';
export const ttlMs = 30_000;

export const lockOfTask = (taskId: string): Resource => taskLock(queue, taskId);
export const lockOfPhase = (phase: string): Resource => phaseResource(flowId, phase);

/** What sessions do with tasks and phases alike, asked of one instance. `named`: a command that may be asked again. */
export function workOf(instance: Instance) {
  const context = (named?: string) => instance.context(named);
  const task = (name: string) => ({ queue, taskId: name });
  const phase = (name: string) => ({ flowId, phase: name });
  const ofTask = ({ kind }: Resource) => kind === 'task';
  return {
    queue: (taskId: string, dependencies: readonly string[] = []) =>
      instance.outcome(new QueueTask(context(), { ...examples.taskDescription(), queue, taskId, dependencies })),
    declare: (...names: readonly string[]) =>
      instance.outcome(
        new DeclareFlow(context(), { flowId, phases: names.map((name) => ({ name, runs: true })), maxFailures: null }),
      ),

    /** Gives the token; undefined when it was refused. */
    async claim(resource: Resource, session: string, named?: string): Promise<number | undefined> {
      const { name } = resource;
      if (ofTask(resource)) {
        const ask = { ...task(name), agent: session, session, ttlMs };
        const outcome = await instance.outcome(new ClaimTask(context(named), ask));
        return outcome.type === 'TaskClaimed' ? outcome.hold.token : undefined;
      }
      const holder = { kind: 'agent', id: session, attempt: 1 } as const;
      const outcome = await instance.outcome(new ClaimPhase(context(named), { ...phase(name), ttlMs, holder }));
      return outcome.type === 'Resumed' ? outcome.hold?.token : undefined;
    },
    complete: (resource: Resource, token: number): Promise<unknown> =>
      ofTask(resource)
        ? instance.outcome(
            new CompleteTask(context(), { ...task(resource.name), token, notes: 'done', actualTime: null }),
          )
        : instance.outcome(new CompletePhase(context(), { ...phase(resource.name), token, result: 7 })),
    fail: (resource: Resource, token: number): Promise<unknown> =>
      ofTask(resource)
        ? instance.outcome(
            new FailTask(context(), {
              ...task(resource.name),
              ...{ token, errorType: 'timeout', details: '', reassign: false },
            }),
          )
        : instance.outcome(new FailPhase(context(), { ...phase(resource.name), token, error: 'no', failsFlow: false })),
    abandon: (resource: Resource, token: number): Promise<unknown> => {
      const why = { token, reason: 'interrupted', detail: 'SIGTERM' } as const;
      return ofTask(resource)
        ? instance.outcome(new AbandonTask(context(), { ...task(resource.name), ...why }))
        : instance.outcome(new AbandonPhase(context(), { ...phase(resource.name), ...why }));
    },
  };
}

/* eslint-disable @typescript-eslint/no-explicit-any -- events are read as they lie in the log, not as the domain sees them */
type Data = any;

interface Course {
  lastToken: number;
  running: number | null;
  isDone: boolean;
}

const begins: readonly string[] = ['TaskClaimed', 'PhaseStarted'];
const completes: readonly string[] = ['TaskCompleted', 'PhaseCompleted'];
const ends: readonly string[] = ['TaskFailed', 'TaskPoisoned', 'TaskAbandoned', 'PhaseFailed', 'PhaseAbandoned'];

/**
 * What breaks the laws that join work to its lease, by rules of its own: work begins only under a token that its lease
 * was granted to that very holder, tokens rise, what is completed never begins or ends again, and only what runs under
 * a token ends under it.
 */
export function workViolationsOf(events: readonly RecordedEvent[]): readonly string[] {
  const found: string[] = [];
  const granted = new Map<string, string>();
  const courses = new Map<string, Course>();
  for (const { stream, type, data: raw, position } of events) {
    const data = raw as Data;
    const say = (what: string) => found.push(`${type} in ${stream} at ${position}: ${what}`);
    if (data.resource && data.holder && ['LeaseGranted', 'LeaseHandedOver', 'LeaseReserved'].includes(type)) {
      granted.set(`${stream} ${data.token}`, data.holder.id);
    }
    const name: string | undefined = data.taskId !== undefined ? `tasklock-${data.queue}.${data.taskId}` : undefined;
    const key = name ?? (data.phase === undefined ? undefined : `phase-${data.flowId}.${data.phase}`);
    if (key === undefined || data.resource) continue;
    const course = courses.get(key) ?? { lastToken: 0, running: null, isDone: false };
    courses.set(key, course);
    if (begins.includes(type)) {
      if (course.isDone) say('it was completed before');
      if (data.token <= course.lastToken) say(`token ${data.token} after ${course.lastToken}`);
      if (granted.get(`${key} ${data.token}`) !== data.holder.id) say(`token ${data.token} was never its holder's`);
      Object.assign(course, { lastToken: data.token, running: data.token });
    } else if (completes.includes(type) || ends.includes(type)) {
      if (course.isDone) say('it was completed before');
      if (course.running !== data.token) say(`under ${data.token}, but it runs under ${course.running}`);
      Object.assign(course, { running: null, isDone: completes.includes(type) });
    }
  }
  return found;
}
