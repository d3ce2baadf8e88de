import type { EventMetadata } from './ports/event-store.js';

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

/** The context of one step of a command that writes to several streams: its own name, the same correlation. */
export function stepOf(context: CommandContext, commandId: string): CommandContext {
  return { ...context, commandId, causationId: context.commandId };
}
