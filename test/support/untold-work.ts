import type { Lock } from '../../src/application/queries/locks.js';
import { taskLock } from '../../src/domain/agent-task/agent-task.js';
import { phaseResource } from '../../src/domain/flow/flow.js';
import { leaseStream } from '../../src/domain/lease/resource.js';
import { agentTasks, agentTasksTable, type AgentTaskTableRow } from '../../src/projections/agent-tasks/agent-tasks.js';
import { flowPhasesTable, type FlowPhaseRow } from '../../src/projections/flows/flow-rows.js';
import { flows } from '../../src/projections/flows/flows.js';
import { locks, locksTable, type LockRow } from '../../src/projections/locks/locks.js';
import { lockOf } from '../../src/projections/reads/lock-queries.js';
import type { RowSet } from '../../src/projections/rows/row-set.js';

export const viewsOfWork = [locks, agentTasks, flows];

export function locksIn(rows: RowSet): readonly Lock[] {
  return (rows.sorted(locksTable) as LockRow[]).map(lockOf);
}

/** What ListUntoldWork asks for, without a database. */
export function untoldIn(rows: RowSet): readonly Lock[] {
  const under = new Map<string, number>();
  for (const { queue, task_id, claim, last_token } of rows.sorted(agentTasksTable) as AgentTaskTableRow[]) {
    if (claim !== null) under.set(leaseStream(taskLock(queue, task_id)), last_token);
  }
  for (const { flow_id, phase, status, token } of rows.sorted(flowPhasesTable) as FlowPhaseRow[]) {
    if (status === 'running') under.set(leaseStream(phaseResource(flow_id, phase)), token);
  }
  return locksIn(rows).filter(({ resource, token, status }) => {
    const worksUnder = under.get(leaseStream(resource));
    return worksUnder !== undefined && (token > worksUnder || (token === worksUnder && status === 'idle'));
  });
}
