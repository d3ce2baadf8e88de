import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ListUntoldWork, type Lock } from '../../application/queries/locks.js';
import type { NotThereYet, ViewAnswer } from '../../application/queries/view-answer.js';
import { agentTasks } from '../agent-tasks/agent-tasks.js';
import { flows } from '../flows/flows.js';
import { locks, locksTable } from '../locks/locks.js';
import { lockOf } from './lock-queries.js';
import { selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

/** The hold under the work's token has ended: the lock is idle since, or was granted anew. */
const isOver = (token: string): string =>
  `(locks.token > ${token} OR (locks.token = ${token} AND locks.status = 'idle'))`;

const ofTask = `locks.kind = ? AND EXISTS (
  SELECT 1 FROM agent_tasks work
  WHERE work.claim IS NOT NULL AND work.queue = locks.scope AND work.task_id = locks.name AND ${isOver('work.last_token')})`;

const ofPhase = `locks.kind = ? AND EXISTS (
  SELECT 1 FROM flow_phases work
  WHERE work.status = 'running' AND work.flow_id = locks.scope AND work.phase = locks.name AND ${isOver('work.token')})`;

/** Costs as much as there is work that goes on: how many locks there ever were is of no account. */
@QueryHandler(ListUntoldWork)
export class ListUntoldWorkHandler implements IQueryHandler<ListUntoldWork> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListUntoldWork): Promise<ViewAnswer<readonly Lock[]> | NotThereYet> {
    return this.reader.answer([locks, agentTasks, flows], ask, async (connection) => {
      const tasks = await selectRows(connection, locksTable, new Where().and(ofTask, 'task'));
      const phases = await selectRows(connection, locksTable, new Where().and(ofPhase, 'phase'));
      return [...tasks, ...phases].map(lockOf);
    });
  }
}
