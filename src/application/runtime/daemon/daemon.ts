import { isRunByDaemon } from '../../../domain/container/container.js';
import type { Runner } from '../../../domain/container/events.js';

/** The daemon of this process. */
export interface Daemon {
  /** Null while it takes nothing on: it is switched off, has not come up, or is shutting down. */
  readonly name: string | null;
  /** The same, but kept while it shuts down: what was begun in its name until then is brought to an end here. */
  readonly lastName: string | null;
}

/** The same, for whoever brings it up and shuts it down. */
export class DaemonHere implements Daemon {
  #name: string | null = null;
  lastName: string | null = null;

  get name(): string | null {
    return this.#name;
  }

  set name(name: string | null) {
    this.#name = name;
    this.lastName = name ?? this.lastName;
  }
}

/** The name that a new attempt is stored under: the daemon that begins an attempt is the one that runs it. */
export function nameFor({ name }: Pick<Daemon, 'name'>, container: { readonly runner?: Runner }): string | undefined {
  return isRunByDaemon(container) ? (name ?? undefined) : undefined;
}
