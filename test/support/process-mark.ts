import { readFileSync } from 'node:fs';
import type { ProcessMark } from '../../src/domain/kernel/process-mark.js';
import { processes } from '../../src/infrastructure/processes.js';

/** What tells a process of this machine from every other one. */
export function markOf(pid: number): ProcessMark {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return { ...processes.mark(), began };
}
