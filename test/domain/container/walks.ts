import fc from 'fast-check';
import { beginAttempt, complete, fail } from '../../../src/domain/container/attempts.js';
import { container, containerToken, type ContainerState } from '../../../src/domain/container/container.js';
import { restartPolicies, type ContainerEvent } from '../../../src/domain/container/events.js';
import { create, interrupt, markStopped, remove, start, stop } from '../../../src/domain/container/lifecycle.js';
import { completeIteration, setMetadata, visitMarket } from '../../../src/domain/container/progress.js';
import { command, walk, type Command } from '../laws.js';
import { asHolder, at, completing, description, failing, stopping, turning } from './containers.js';

const verbs = [
  'create',
  'start',
  'stop',
  'mark stopped',
  'interrupt',
  'complete',
  'fail',
  'begin attempt',
  'turn',
  'visit',
  'set metadata',
  'remove',
] as const;

export interface Spec {
  readonly verb: (typeof verbs)[number];
  readonly policy: (typeof restartPolicies)[number];
  readonly maxIterations: number;
  readonly ships: readonly string[];
  /** How far the token is from the one in force, or, of new leases, from the last ones. */
  readonly off: number;
  readonly nowMs: number;
  readonly word: string;
  readonly flag: boolean;
}

const spec = fc.record({
  verb: fc.constantFrom(...verbs, 'start', 'begin attempt', 'turn', 'fail'),
  policy: fc.constantFrom(...restartPolicies),
  maxIterations: fc.constantFrom(-1, 0, 1, 3),
  ships: fc.constantFrom([], ['COOPER-2'], ['COOPER-2', 'COOPER-3']),
  off: fc.constantFrom(0, 0, 0, 1, -1),
  nowMs: fc.constantFrom(0, 1, 5_000, 120_000, 600_000),
  word: fc.constantFrom('A1', 'B2'),
  flag: fc.boolean(),
});

/** A creation, then commands in the order of their times. */
export const specs = fc.tuple(spec, fc.array(spec, { maxLength: 40, size: 'max' })).map(([first, list]): Spec[] => {
  let nowMs = 1_000_000;
  return [{ ...first, verb: 'create' as const }, ...list].map((each) => ({ ...each, nowMs: (nowMs += each.nowMs) }));
});

export interface ContainerAsk {
  readonly nowMs: number;
  readonly token?: number | null;
}
export type ContainerCommand = Command<ContainerState, ContainerEvent, ContainerAsk>;

export function commandFor({ verb, nowMs, word, ...spec }: Spec, state: ContainerState): ContainerCommand {
  const token = (state ? containerToken(state) : 0) + spec.off;
  const maybe = spec.flag ? { token } : {};
  const leases = (state?.ships ?? []).map((ship) => {
    const last = state?.leases.find((lease) => lease.ship === ship)?.token ?? 0;
    return { ship, token: last + 1 + Math.min(0, spec.off) };
  });
  switch (verb) {
    case 'create': {
      const { policy: restartPolicy, maxIterations, ships } = spec;
      return command(verb, create, { ...description({ restartPolicy, maxIterations, ships }), nowMs });
    }
    case 'start':
      return command(verb, start, { ...at(nowMs), leases });
    case 'stop':
      return command(verb, stop, { ...stopping(nowMs), ...maybe });
    case 'mark stopped':
      return command(verb, markStopped, { ...at(nowMs), ...maybe });
    case 'interrupt':
      return command(verb, interrupt, { ...at(nowMs), ...maybe, reason: word });
    case 'complete':
      return command(verb, complete, completing(nowMs, token));
    case 'fail':
      return command(verb, fail, { ...failing(nowMs, word, token), permanent: spec.flag && spec.off > 0 });
    case 'begin attempt':
      return command(verb, beginAttempt, { ...at(nowMs), leases, immediately: spec.flag });
    case 'turn':
      return command(verb, completeIteration, { ...turning(nowMs, token), visited: spec.flag ? [word] : [] });
    case 'visit':
      return command(verb, visitMarket, { ...asHolder(nowMs, token), waypoint: word });
    case 'set metadata':
      return command(verb, setMetadata, { ...at(nowMs), entries: { [word]: { deep: [spec.off] } } });
    case 'remove':
      return command(verb, remove, at(nowMs));
    default:
      return verb satisfies never;
  }
}

export const containerWalk = (list: readonly Spec[]) => walk(container, list, commandFor);
export const containerWalks = specs.map(containerWalk);
