import type { FlowSnapshot, FlowStatus, PhaseSnapshot, PhaseStatus } from '../../domain/flow/events.js';
import { currentPhase, hasBegun, isDone } from '../../domain/flow/flow.js';
import type { Json } from '../../domain/kernel/json.js';
import type { Holder } from '../../domain/lease/events.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import { fromJsonCell, jsonCell } from '../rows/json-cell.js';
import { table } from '../rows/table.js';

export type FlowTableRow = {
  readonly flow_id: string;
  readonly status: string;
  /** Null: all phases are done. */
  readonly current_phase: string | null;
  readonly phases_done: number;
  readonly phases_total: number;
  /** Whether any was ever begun or passed: 0 or 1. */
  readonly begun: number;
  readonly max_failures: number | null;
  readonly reason: string | null;
  readonly declared_at: number;
  readonly updated_at: number;
  readonly ended_at: number | null;
  readonly revision: string;
  readonly position: string;
};

export const flowsTable = table<FlowTableRow>({
  name: 'flows',
  key: ['flow_id'],
  columns: {
    flow_id: 'text',
    status: 'text',
    current_phase: 'text',
    phases_done: 'integer',
    phases_total: 'integer',
    begun: 'integer',
    max_failures: 'bigint',
    reason: 'text',
    declared_at: 'time',
    updated_at: 'time',
    ended_at: 'time',
    revision: 'position',
    position: 'position',
  },
});

export type FlowPhaseRow = {
  readonly flow_id: string;
  readonly phase: string;
  /** From 0, in the declared order. */
  readonly ordinal: number;
  /** 0: nothing is executed for it. */
  readonly runs: number;
  readonly status: string;
  readonly attempt: number;
  readonly token: number;
  readonly failures: number;
  readonly holder: string | null;
  readonly progress: string | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly abandoned_reason: string | null;
  readonly abandoned_detail: string | null;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly position: string;
};

export const flowPhasesTable = table<FlowPhaseRow>({
  name: 'flow_phases',
  key: ['flow_id', 'phase'],
  columns: {
    flow_id: 'text',
    phase: 'text',
    ordinal: 'integer',
    runs: 'integer',
    status: 'text',
    attempt: 'bigint',
    token: 'bigint',
    failures: 'bigint',
    holder: 'json',
    progress: 'json',
    result: 'json',
    error: 'text',
    abandoned_reason: 'text',
    abandoned_detail: 'text',
    started_at: 'time',
    ended_at: 'time',
    position: 'position',
  },
});

export function flowRowOf(flow: FlowSnapshot, revision: bigint, position: bigint): FlowTableRow {
  return {
    flow_id: flow.flowId,
    status: flow.status,
    current_phase: currentPhase(flow)?.name ?? null,
    phases_done: flow.phases.filter(isDone).length,
    phases_total: flow.phases.length,
    begun: hasBegun(flow) ? 1 : 0,
    max_failures: flow.maxFailures,
    reason: flow.reason,
    declared_at: flow.declaredAtMs,
    updated_at: flow.updatedAtMs,
    ended_at: flow.endedAtMs,
    revision: String(revision),
    position: String(position),
  };
}

export function phaseRowOf(flowId: string, phase: PhaseSnapshot, ordinal: number, position: bigint): FlowPhaseRow {
  return {
    flow_id: flowId,
    phase: phase.name,
    ordinal,
    runs: phase.runs ? 1 : 0,
    status: phase.status,
    attempt: phase.attempt,
    token: phase.token,
    failures: phase.failures,
    holder: jsonCell(phase.holder),
    progress: jsonCell(phase.progress),
    result: jsonCell(phase.result),
    error: phase.error,
    abandoned_reason: phase.abandoned?.reason ?? null,
    abandoned_detail: phase.abandoned?.detail ?? null,
    started_at: phase.startedAtMs,
    ended_at: phase.endedAtMs,
    position: String(position),
  };
}

/** The flow that the rows were made from; `phases` in any order. */
export function snapshotOf(row: FlowTableRow, phases: readonly FlowPhaseRow[]): FlowSnapshot {
  return {
    flowId: row.flow_id,
    maxFailures: row.max_failures,
    status: row.status as FlowStatus,
    phases: [...phases].sort((one, other) => one.ordinal - other.ordinal).map(phaseOf),
    reason: row.reason,
    declaredAtMs: row.declared_at,
    updatedAtMs: row.updated_at,
    endedAtMs: row.ended_at,
  };
}

function phaseOf(row: FlowPhaseRow): PhaseSnapshot {
  return {
    name: row.phase,
    runs: row.runs === 1,
    status: row.status as PhaseStatus,
    attempt: row.attempt,
    token: row.token,
    failures: row.failures,
    holder: fromJsonCell<Holder>(row.holder),
    progress: fromJsonCell<Json>(row.progress),
    result: fromJsonCell<Json>(row.result),
    error: row.error,
    abandoned:
      row.abandoned_reason === null
        ? null
        : { reason: row.abandoned_reason as ReleaseReason, detail: row.abandoned_detail ?? '' },
    startedAtMs: row.started_at,
    endedAtMs: row.ended_at,
  };
}
