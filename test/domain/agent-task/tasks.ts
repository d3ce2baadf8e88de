import fc from 'fast-check';
import { agentTask, type AgentTaskState } from '../../../src/domain/agent-task/agent-task.js';
import { claim, consider } from '../../../src/domain/agent-task/claims.js';
import type { AgentTaskEvent } from '../../../src/domain/agent-task/events.js';
import { queue, reassign, requeue } from '../../../src/domain/agent-task/lifecycle.js';
import { abandon, complete, fail } from '../../../src/domain/agent-task/work.js';
import { examples } from '../../support/examples.js';
import { command, walk, type Command } from '../laws.js';

export const t0 = examples.atMs;
export const name = { queue: 'orkestra', taskId: '999' };
export const agents = ['ada', 'bob', 'eve'] as const;
const by = { kind: 'operator', id: 'op' } as const;

const verbs = ['queue', 'consider', 'claim', 'complete', 'fail', 'abandon', 'requeue', 'reassign'] as const;
export interface Spec {
  readonly verb: (typeof verbs)[number];
  readonly agent: (typeof agents)[number];
  readonly token: number;
  readonly waitS: number;
  readonly open: readonly string[];
}

const anySpec = fc.record<Spec>({
  verb: fc.constantFrom(...verbs),
  agent: fc.constantFrom(...agents),
  token: fc.integer({ min: -1, max: 2 }),
  waitS: fc.constantFrom(0, 1, 300, 600, 1_200),
  open: fc.constantFrom([], [], [], ['998']),
});
/** One whole try: claimed when it is due, and ended. */
const oneTry = fc
  .tuple(anySpec, fc.constantFrom('fail' as const, 'fail' as const, 'complete' as const))
  .map(([spec, end]): Spec[] => [
    { ...spec, verb: 'claim', token: 1, waitS: 1_200, open: [] },
    { ...spec, verb: end, token: 0 },
  ]);
export const specs = fc
  .array(fc.oneof({ weight: 3, arbitrary: anySpec.map((spec) => [spec]) }, { weight: 2, arbitrary: oneTry }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((list) => list.flat());

export interface Asked {
  readonly nowMs: number;
  readonly token?: number;
  readonly open?: readonly string[];
}

/** Tokens lie around the newest one, so that stale, present and new ones come about. */
export function commandFor(
  { verb, agent, token: offset, open }: Spec,
  state: AgentTaskState,
  nowMs: number,
): Command<AgentTaskState, AgentTaskEvent, Asked> {
  const token = Math.max(0, (state?.lastToken ?? 0) + offset);
  const at = { ...name, nowMs };
  const holder = examples.agent({ id: `session-${agent}` });
  switch (verb) {
    case 'queue':
      return command(verb, queue, { ...examples.taskDescription(), nowMs });
    case 'consider':
      return command(verb, consider, { ...at, agent, open });
    case 'claim':
      return command(verb, claim, { ...at, agent, open, holder, token });
    case 'complete':
      return command(verb, complete, { ...at, token, notes: '', actualTime: null });
    case 'fail':
      return command(verb, fail, { ...at, token, errorType: 'timeout', details: '', passTo: null });
    case 'abandon':
      return command(verb, abandon, { ...at, token, reason: 'expired', detail: '' });
    case 'requeue':
      return command(verb, requeue, { ...at, reason: 'again', by });
    case 'reassign':
      return command(verb, reassign, { ...at, agent: offset < 0 ? null : agent, why: 'why not', by });
    default:
      return verb satisfies never;
  }
}

export function taskWalk(list: readonly Spec[]) {
  let nowMs = t0;
  return walk(agentTask, list, (spec, state: AgentTaskState) => commandFor(spec, state, (nowMs += spec.waitS * 1_000)));
}

/** Queued first, so that something happens. */
export const taskWalks = specs.map((list) => {
  const first: Spec = { verb: 'queue', agent: 'ada', token: 0, waitS: 0, open: [] };
  return taskWalk([first, ...list]);
});
