import { StoreUnavailable } from '../application/ports/event-store.js';
import { messageOf } from '../domain/kernel/message-of.js';
import { EventStoreProcessError } from '../embedded/eventstore/event-store-process.js';
import { UniverseProcessError } from '../embedded/universe/universe-process.js';
import type { Config } from '../infrastructure/config/settings.js';

const portTaken = 69;
const dataDamaged = 65;
const wrongConfiguration = 78;

/** What the process ends with when a part could not be started. */
export function exitCodeOf(error: unknown): 1 | 78 {
  return error instanceof UniverseProcessError && error.exitCode === wrongConfiguration ? 78 : 1;
}

/** Why the product did not start, in one sentence for whoever started it: what, where, and what to do. */
export function whyNotStarted(error: unknown, config: Config): string {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'listen') {
    return `The API: ${cannotListen(config.host, config.port, code)}; choose another HOLDFAST_PORT, or 0 for any free one.`;
  }
  if (error instanceof EventStoreProcessError && error.exitCode === portTaken) {
    const taken = cannotListen('127.0.0.1', config.eventStorePort, 'EADDRINUSE');
    return `The event store: ${taken}; choose another HOLDFAST_EVENTSTORE_PORT, or 0 for any free one.`;
  }
  if (error instanceof UniverseProcessError && error.exitCode === portTaken) {
    const taken = cannotListen('127.0.0.1', config.universePort, 'EADDRINUSE');
    return `The simulated universe: ${taken}; choose another HOLDFAST_UNIVERSE_PORT, or 0 for any free one.`;
  }
  if (error instanceof UniverseProcessError && error.exitCode === dataDamaged) {
    return `${error.message} Put a copy of it back, or move it away to begin a new universe; nothing was changed.`;
  }
  if (error instanceof StoreUnavailable && config.eventStoreUrl !== undefined) {
    return 'The event store at EVENTSTORE_URL does not answer; start it, or correct the address. Nothing was changed.';
  }
  return messageOf(error);
}

function cannotListen(host: string, port: number, code: string | undefined): string {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program has the port',
    EACCES: 'this account may not use the port',
    EADDRNOTAVAIL: 'this machine has no such address',
  };
  return `cannot listen on ${host}:${port}, because ${reasons[code ?? ''] ?? code ?? 'it failed'}`;
}
