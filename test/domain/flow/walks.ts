import fc from 'fast-check';
import { begin, pass } from '../../../src/domain/flow/claims.js';
import type { FlowEvent } from '../../../src/domain/flow/events.js';
import { flow, type FlowState } from '../../../src/domain/flow/flow.js';
import { cancel, continueFlow, declare, pause } from '../../../src/domain/flow/lifecycle.js';
import { abandon, complete, fail, report } from '../../../src/domain/flow/work.js';
import { command, walk, type Command } from '../laws.js';
import { agent, declaring, of, phases, run, steering } from './flows.js';

const verbs = [
  'declare',
  'begin',
  'pass',
  'report',
  'complete',
  'fail',
  'abandon',
  'pause',
  'continue',
  'cancel',
] as const;

export interface Spec {
  readonly verb: (typeof verbs)[number];
  /** Which phase: as declared, or the one that is due. */
  readonly phase: string | null;
  /** How far the token is from the phase's newest. */
  readonly off: number;
  readonly who: string;
  readonly nowMs: number;
  readonly flag: boolean;
  readonly maxFailures: number | null;
}

const others = verbs.filter((verb) => verb !== 'cancel');

export const specs = fc
  .array(
    fc.record({
      verb: fc.oneof(
        { weight: 30, arbitrary: fc.constantFrom(...others, 'begin' as const, 'begin' as const, 'complete' as const) },
        { weight: 1, arbitrary: fc.constant('cancel' as const) },
      ),
      phase: fc.constantFrom(null, null, null, null, ...phases.map(({ name }) => name)),
      off: fc.constantFrom(0, 0, 0, 1, 1, -1),
      who: fc.constantFrom('session-1', 'session-2'),
      nowMs: fc.constantFrom(0, 1, 1_000),
      flag: fc.boolean(),
      maxFailures: fc.constantFrom(null, 3),
    }),
    { maxLength: 40, size: 'max' },
  )
  .map((list): Spec[] => {
    let nowMs = 1_000_000;
    return [{ verb: 'declare', phase: null, off: 0, who: '', nowMs, flag: false, maxFailures: null } as Spec].concat(
      list.map((each) => ({ ...each, nowMs: (nowMs += each.nowMs) })),
    );
  });

export interface FlowAsk {
  readonly phase?: string;
  readonly token?: number;
  readonly nowMs: number;
}
export type FlowCommand = Command<FlowState, FlowEvent, FlowAsk>;

export function commandFor(spec: Spec, state: FlowState): FlowCommand {
  const { verb, nowMs, who, flag, maxFailures } = spec;
  const due = state?.phases.find(({ status }) => status !== 'completed' && status !== 'passed');
  const name = spec.phase ?? due?.name ?? 'readiness';
  const known = state?.phases.find((each) => each.name === name);
  const token = Math.max(0, (known?.token ?? 0) + spec.off);
  const asHolder = run(name, token, nowMs);
  switch (verb) {
    case 'declare':
      return command(verb, declare, declaring({ maxFailures, nowMs }));
    case 'begin':
      return command(verb, begin, { ...asHolder, holder: agent(who) });
    case 'pass':
      return command(verb, pass, of(name, nowMs));
    case 'report':
      return command(verb, report, { ...asHolder, progress: { at: nowMs } });
    case 'complete':
      return command(verb, complete, { ...asHolder, result: { by: who } });
    case 'fail':
      return command(verb, fail, { ...asHolder, error: 'Test error', failsFlow: flag });
    case 'abandon':
      return command(verb, abandon, { ...asHolder, reason: 'expired', detail: 'silent' });
    case 'pause':
      return command(verb, pause, steering('over night', nowMs));
    case 'continue':
      return command(verb, continueFlow, steering('good morning', nowMs));
    case 'cancel':
      return command(verb, cancel, steering('not needed', nowMs));
    default:
      return verb satisfies never;
  }
}

export const flowWalks = specs.map((list) => walk(flow, list, commandFor));
