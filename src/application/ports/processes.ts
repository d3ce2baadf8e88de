import type { ProcessMark } from '../../domain/kernel/process-mark.js';

/** Processes of this machine. */
export interface Processes {
  /** Of this process. */
  mark(): ProcessMark;
  /** `unknown`: it is, or was, on another machine, or where this process cannot look. */
  look(process: { readonly pid: number; readonly mark: ProcessMark | null }): 'alive' | 'dead' | 'unknown';
}
