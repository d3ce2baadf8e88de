import { Inject } from '@nestjs/common';
import { taskLock } from '../../domain/agent-task/agent-task.js';
import { release } from '../../domain/lease/decisions.js';
import { ownerRefusal } from '../../domain/lease/effects.js';
import { lease } from '../../domain/lease/lease.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream } from '../../domain/lease/resource.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import type { TaskName } from './decide-agent-task.js';

export interface UnderToken extends TaskName {
  readonly token: number;
}

/** The lock of a task, as those who end its work need it. */
export class TaskLocks {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  /** Why this token is not the one in force; undefined where it is. */
  async refusalOf({ queue, taskId, token }: UnderToken): Promise<LeaseRefusal | undefined> {
    const resource = taskLock(queue, taskId);
    const { state } = await this.decisions.current(lease, leaseStream(resource));
    return ownerRefusal({ resource, token }, state);
  }

  /** Gives the lock back; one that went before, or passed on, is left alone. */
  async release(context: CommandContext, { queue, taskId, token }: UnderToken, reason: ReleaseReason, detail: string) {
    const resource = taskLock(queue, taskId);
    return decideLease(this.decisions, context, resource, (state, nowMs) =>
      release({ resource, holder: null, token, reason, detail, by: null, nowMs }, state),
    );
  }
}
