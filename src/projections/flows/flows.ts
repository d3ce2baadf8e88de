import type { DomainEvent } from '../../application/events/catalogue.js';
import type { FlowEvent, FlowSnapshot, PhaseSnapshot } from '../../domain/flow/events.js';
import { flow, flowStream } from '../../domain/flow/flow.js';
import { streamPrefix } from '../../domain/streams.js';
import { isFlowEvent } from '../event-family.js';
import type { RowRef } from '../view.js';
import { Misplaced, type Fact, type Rows, type View } from '../view.js';
import {
  flowPhasesTable,
  flowRowOf,
  flowsTable,
  phaseRowOf,
  snapshotOf,
  type FlowPhaseRow,
  type FlowTableRow,
} from './flow-rows.js';

/** The phases that an event says something of. */
function phasesIn(event: FlowEvent): readonly string[] {
  switch (event.type) {
    case 'FlowDeclared':
      return event.phases.map(({ name }) => name);
    case 'FlowChapterOpened':
      return event.state.phases.map(({ name }) => name);
    case 'FlowCancelled':
      return event.running ? [event.running.phase] : [];
    case 'FlowPaused':
    case 'FlowContinued':
    case 'FlowCompleted':
      return [];
    default:
      return [event.phase];
  }
}

function put(rows: Rows, { position, revision }: Fact, next: FlowSnapshot): void {
  rows.put(flowsTable, flowRowOf(next, revision, position));
  next.phases.forEach((phase, ordinal) => rows.put(flowPhasesTable, phaseRowOf(next.flowId, phase, ordinal, position)));
}

/** What the flow's own row says after an event about one of its phases, or about itself. */
function flowAfter(row: FlowTableRow, before: PhaseSnapshot | undefined, event: FlowEvent): Partial<FlowTableRow> {
  const phases = before ? [before] : [];
  const evolved = flow.evolve({ ...snapshotOf(row, []), phases }, event);
  if (!evolved) throw new Misplaced(`${row.flow_id} is nothing after ${event.type}`);
  const own = { status: evolved.status, reason: evolved.reason, ended_at: evolved.endedAtMs, updated_at: event.atMs };
  if (event.type === 'PhaseCompleted' || event.type === 'PhasePassed') {
    return { ...own, current_phase: event.next, phases_done: row.phases_done + 1, begun: 1 };
  }
  if (event.type === 'PhaseStarted') return { ...own, begun: 1 };
  // Its phases are in rows of their own, which this event does not touch.
  if (event.type === 'FlowContinued') return { ...own, status: row.begun === 1 ? 'in_progress' : 'initialized' };
  return own;
}

function changePhase(rows: Rows, fact: Fact, known: FlowPhaseRow, flowRow: FlowTableRow, event: FlowEvent): void {
  const before = snapshotOf(flowRow, [known]);
  const [phase] = flow.evolve(before, event)?.phases ?? [];
  if (phase) rows.put(flowPhasesTable, phaseRowOf(flowRow.flow_id, phase, known.ordinal, fact.position));
}

function eventIn(stream: string, event: DomainEvent): FlowEvent {
  if (!isFlowEvent(event)) throw new Misplaced(`${stream} holds a ${event.type}`);
  if (stream !== flowStream(event.flowId)) throw new Misplaced(`${stream} holds an event of another flow`);
  return event;
}

/** Flows and their phases. */
export const flows: View = {
  name: 'flows',
  streamPrefixes: [streamPrefix('flow')],
  tables: [flowsTable, flowPhasesTable],

  rowsTouchedBy({ stream, event }): readonly RowRef[] {
    const flowId = stream.slice(streamPrefix('flow').length);
    const phases = isFlowEvent(event) ? phasesIn(event) : [];
    return [
      { table: flowsTable, key: [flowId] },
      ...phases.map((phase) => ({ table: flowPhasesTable, key: [flowId, phase] })),
    ];
  },
  streamOf: (_table, row) => flowStream(String(row['flow_id'])),

  apply(fact, rows) {
    const { stream, revision, position } = fact;
    const event = eventIn(stream, fact.event);
    if (event.type === 'FlowDeclared' || event.type === 'FlowChapterOpened') {
      const next = flow.evolve(null, event);
      if (next) put(rows, fact, next);
      return;
    }
    const row = rows.get(flowsTable, event.flowId);
    if (!row) throw new Misplaced(`${stream} holds a ${event.type} before its declaration`);
    const [name] = phasesIn(event);
    const known = name === undefined ? undefined : rows.get(flowPhasesTable, event.flowId, name);
    if (name !== undefined && !known)
      throw new Misplaced(`${stream} holds a ${event.type} of a phase it does not have`);
    if (known) changePhase(rows, fact, known, row, event);
    const [before] = known ? snapshotOf(row, [known]).phases : [];
    const seen = { revision: String(revision), position: String(position) };
    rows.put(flowsTable, { ...row, ...flowAfter(row, before, event), ...seen });
  },
};
