import type { Asker } from '../../domain/lease/events.js';
import { systemContext, type CommandContext } from '../command-context.js';
import type { Ids } from '../ports/ids.js';

/** Who did what a sweep does, as the log has it. */
export const sweep: Asker = { kind: 'system', id: 'sweep' };

export function bySweep(ids: Ids): CommandContext {
  return systemContext(ids, sweep.id, 'sweep');
}
