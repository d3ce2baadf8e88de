import type { ProcessMark } from '../../domain/kernel/process-mark.js';

/** Processes of this machine. */
export interface Processes {
  /** Of a process of this machine; of this one if none is named. */
  mark(pid?: number): ProcessMark;
  /** `unknown`: it is, or was, on another machine, or where this process cannot look. */
  look(process: { readonly pid: number; readonly mark: ProcessMark | null }): 'alive' | 'dead' | 'unknown';
}
