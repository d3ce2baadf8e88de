import type { Json } from '../kernel/json.js';
import type { Asker, Holder } from '../lease/events.js';
import type { ReleaseReason } from '../lease/reasons.js';

/** One step of a flow as it was declared. Nothing is executed for one that does not run: no lease is ever held for it. */
export interface DeclaredPhase {
  readonly name: string;
  readonly runs: boolean;
}

/** What a flow is, from its declaration on. */
export interface FlowDescription {
  readonly flowId: string;
  /** In the order in which they are gone through. */
  readonly phases: readonly DeclaredPhase[];
  /** After so many failures of one phase the whole flow has failed; null: only when a failure says so. */
  readonly maxFailures: number | null;
}

interface At {
  readonly flowId: string;
  readonly atMs: number;
}
interface OfPhase extends At {
  readonly phase: string;
}
/** The holder's write names the token that the phase was begun under. */
interface OfRun extends OfPhase {
  readonly attempt: number;
  readonly token: number;
}

/** Stored: names and fields are added to, never renamed or dropped. */
export type FlowEvent =
  | ({ readonly type: 'FlowDeclared' } & FlowDescription & { readonly atMs: number })
  | ({ readonly type: 'PhaseStarted'; readonly holder: Holder } & OfRun)
  | ({ readonly type: 'PhaseProgressed'; readonly progress: Json } & OfRun)
  | ({
      readonly type: 'PhaseCompleted';
      readonly result: Json;
      /** The phase that is due now; null: this was the last one. */
      readonly next: string | null;
    } & OfRun)
  | ({ readonly type: 'PhaseFailed'; readonly error: string; readonly failures: number } & OfRun)
  | ({ readonly type: 'PhaseAbandoned'; readonly reason: ReleaseReason; readonly detail: string } & OfRun)
  | ({ readonly type: 'PhasePassed'; readonly next: string | null } & OfPhase)
  | ({ readonly type: 'FlowPaused'; readonly reason: string; readonly by: Asker } & At)
  | ({ readonly type: 'FlowContinued'; readonly reason: string; readonly by: Asker } & At)
  | ({
      readonly type: 'FlowCancelled';
      readonly reason: string;
      readonly by: Asker;
      /** The run that this cuts off. */
      readonly running: { readonly phase: string; readonly attempt: number; readonly token: number } | null;
    } & At)
  | ({ readonly type: 'FlowFailed'; readonly phase: string; readonly error: string } & At)
  | ({ readonly type: 'FlowCompleted' } & At)
  | ({ readonly type: 'FlowChapterOpened'; readonly state: FlowSnapshot } & At);

export const flowStatuses = ['initialized', 'in_progress', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type FlowStatus = (typeof flowStatuses)[number];

export const phaseStatuses = ['waiting', 'running', 'failed', 'abandoned', 'cancelled', 'completed', 'passed'] as const;
export type PhaseStatus = (typeof phaseStatuses)[number];

export interface PhaseSnapshot extends DeclaredPhase {
  readonly status: PhaseStatus;
  /** How often it was begun; 0 before the first time. */
  readonly attempt: number;
  /** The token of the newest attempt; 0 before the first. */
  readonly token: number;
  readonly failures: number;
  /** Who runs it, or ran it last. */
  readonly holder: Holder | null;
  /** What the present attempt last said of its way. */
  readonly progress: Json | null;
  readonly result: Json | null;
  /** Of the last attempt that failed. */
  readonly error: string | null;
  /** Why the last attempt that was lost was lost. */
  readonly abandoned: { readonly reason: ReleaseReason; readonly detail: string } | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

export interface FlowSnapshot {
  readonly flowId: string;
  readonly maxFailures: number | null;
  readonly status: FlowStatus;
  readonly phases: readonly PhaseSnapshot[];
  /** Why it is paused, failed or cancelled; why it goes on. Null before any of that. */
  readonly reason: string | null;
  readonly declaredAtMs: number;
  readonly updatedAtMs: number;
  readonly endedAtMs: number | null;
}
