import { mainQueue, saidOf } from '../../../domain/lease/resource.js';
import { usage } from '../failure.js';
import { lockPath } from '../paths.js';

/** A task of a queue, or a phase of a flow. */
export interface LockName {
  readonly kind: 'task' | 'phase';
  readonly scope: string;
  readonly name: string;
  /** Where the API has its lease. */
  readonly path: string;
  /** As people call it. */
  readonly said: string;
}

export { mainQueue, saidOf };

export interface Where {
  readonly queue?: string;
  readonly kind?: string;
}

const form = /^(?:(task|phase):)?(?:([A-Za-z0-9_-]{1,64})\/)?([A-Za-z0-9_.-]{1,128})$/;

/** `7`, `main/7` or `task:main/7`; for a phase `phase:FLOW/PHASE`. @throws Failure */
export function lockName(text: string, { queue, kind: wanted }: Where = {}): LockName {
  const [, prefix, before, name = ''] = form.exec(text) ?? [];
  const kind = (prefix ?? wanted ?? 'task') as LockName['kind'];
  const scope = before ?? queue ?? (kind === 'task' ? mainQueue : undefined);
  if (name === '' || scope === undefined || (wanted !== undefined && prefix !== undefined && wanted !== prefix)) {
    throw usage(`"${text}" names no lock: a task is 7, QUEUE/7 or task:QUEUE/7, a phase is phase:FLOW/PHASE.`);
  }
  return { kind, scope, name, path: lockPath(kind, scope, name), said: saidOf({ kind, scope, name }) };
}

/** Whether a name can only be that of a lock: ships have no colon. */
export const isLockName = (text: string): boolean => /^(task|phase):/.test(text);
