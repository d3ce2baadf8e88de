import { decided, type Aggregate, type Decision } from '../kernel/decider.js';
import { InvalidId } from '../ids.js';
import { streamName } from '../streams.js';

/** Somebody who works on tasks, and what for. */
export interface AgentProfile {
  readonly name: string;
  /** The type of task it takes; null: any. */
  readonly speciality: string | null;
}

/** Stored. */
export interface AgentEvent extends AgentProfile {
  readonly type: 'AgentRegistered';
  readonly atMs: number;
}

export type AgentState = AgentProfile | null;

export const agent: Aggregate<AgentState, AgentEvent> = {
  initial: null,
  evolve: (_state, { name, speciality }) => ({ name, speciality }),
  opensChapter: () => true,
  chapterOf: () => undefined,
};

export const agentForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** @throws InvalidId for a name that is none */
export function agentStream(name: string): string {
  if (!agentForm.test(name)) throw new InvalidId(`an agent's name has the form ${agentForm.source}`);
  return streamName('agent', name);
}

export interface Registered {
  readonly type: 'Registered';
  readonly already: boolean;
}

export function registerAgent(
  { name, speciality, nowMs }: AgentProfile & { readonly nowMs: number },
  state: AgentState,
): Decision<Registered, AgentEvent> {
  if (state && state.speciality === speciality) return decided({ type: 'Registered', already: true });
  return decided({ type: 'Registered', already: false }, { type: 'AgentRegistered', name, speciality, atMs: nowMs });
}

/** Whether the agent takes tasks of that type. */
export function takes({ speciality }: Pick<AgentProfile, 'speciality'>, taskType: string | null): boolean {
  return taskType === null || speciality === null || speciality === taskType;
}

/**
 * Who tries next, of everybody who could and is not one of `past`: one that has not failed at it yet, if there is one;
 * then whoever comes next by name after the first of them, so that no two pass it to and fro while there is a third.
 */
export function nextAgent(
  agents: readonly AgentProfile[],
  {
    taskType,
    failedBy,
    past,
  }: {
    readonly taskType: string | null;
    readonly failedBy: readonly string[];
    /** Whom it was with, the last one first. */
    readonly past: readonly string[];
  },
): string | undefined {
  const able = agents
    .filter((each) => !past.includes(each.name) && takes(each, taskType))
    .map(({ name }) => name)
    .sort();
  const fresh = able.filter((name) => !failedBy.includes(name));
  const choice = fresh.length > 0 ? fresh : able;
  const [last = ''] = past;
  return choice.find((name) => name > last) ?? choice[0];
}
