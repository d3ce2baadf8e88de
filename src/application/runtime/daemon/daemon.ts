import { isRunByDaemon } from '../../../domain/container/container.js';
import type { Runner } from '../../../domain/container/events.js';

/** The daemon of this process. */
export interface Daemon {
  /** Null while it takes nothing on: it is switched off, has not come up, or is shutting down. */
  readonly name: string | null;
}

/** The same, for whoever brings it up and shuts it down. */
export class DaemonHere implements Daemon {
  name: string | null = null;
}

/** The name that a new attempt is stored under: the daemon that begins an attempt is the one that runs it. */
export function nameFor({ name }: Daemon, container: { readonly runner?: Runner }): string | undefined {
  return isRunByDaemon(container) ? (name ?? undefined) : undefined;
}
