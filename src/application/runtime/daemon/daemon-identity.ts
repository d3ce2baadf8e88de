import { isRunByDaemon } from '../../../domain/container/container.js';
import type { Runner } from '../../../domain/container/events.js';

/** Under which name the daemon of this process begins attempts. */
export class DaemonIdentity {
  #name: string | null = null;
  #lastName: string | null = null;

  /** Null while it takes nothing on: it is switched off, has not come up, or is shutting down. */
  get name(): string | null {
    return this.#name;
  }

  /** The same, but kept while it shuts down: what was begun in its name until then is brought to an end here. */
  get lastName(): string | null {
    return this.#lastName;
  }

  assume(name: string): void {
    this.#name = name;
    this.#lastName = name;
  }

  layDown(): void {
    this.#name = null;
  }
}

/** The name that a new attempt is stored under: the daemon that begins an attempt is the one that runs it. */
export function nameFor(
  { name }: Pick<DaemonIdentity, 'name'>,
  container: { readonly runner?: Runner },
): string | undefined {
  return isRunByDaemon(container) ? (name ?? undefined) : undefined;
}
