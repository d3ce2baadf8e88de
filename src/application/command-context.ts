import type { EventMetadata } from './ports/event-store.js';
import type { Ids } from './ports/ids.js';

/** Who asks, and under which name a repeat of the same asking is known. */
export interface CommandContext {
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: EventMetadata['actor'];
  readonly via: EventMetadata['via'];
  /** The asker gave the command a name of its own: it may be a repeat of one that was carried out before. */
  readonly mayBeRepeat: boolean;
}

/** One step of a command that decides more than once: a name of its own, the same correlation. */
export function stepOf(context: CommandContext, step: string): CommandContext {
  return { ...context, commandId: `${context.commandId}/${step}`, causationId: context.commandId };
}

/** A command that nobody asked for from outside: a watcher of this program gives it. */
export function systemContext(ids: Ids, key: string, via: CommandContext['via']): CommandContext {
  const commandId = ids.uuid();
  return {
    commandId,
    correlationId: commandId,
    causationId: commandId,
    actor: { key, role: 'system', player: null },
    via,
    mayBeRepeat: false,
  };
}
