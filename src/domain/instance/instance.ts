import { decided, type Aggregate, type Decision } from '../kernel/decider.js';
import { streamName } from '../streams.js';

interface OfInstance {
  readonly instance: string;
  readonly atMs: number;
}

/** The life of one process that serves the API and watches the leases. Stored: add, never rename or drop. */
export type InstanceEvent =
  | ({
      readonly type: 'InstanceStarted';
      readonly version: string;
      readonly host: string;
      readonly pid: number;
      /** How many leases the views had in force when it came up, none of which it released; null: they could not say. */
      readonly leasesFound: number | null;
      readonly amnestyMs: number;
    } & OfInstance)
  | ({
      readonly type: 'InstanceStopped';
      readonly reason: string;
      readonly leasesKept: number | null;
      readonly uptimeMs: number;
    } & OfInstance);

export interface InstanceState {
  readonly runningSinceMs: number | null;
}

export const instance: Aggregate<InstanceState, InstanceEvent> = {
  initial: { runningSinceMs: null },
  evolve: (_state, event) => ({ runningSinceMs: event.type === 'InstanceStarted' ? event.atMs : null }),
  opensChapter: () => true,
  chapterOf: () => undefined,
};

export function instanceStream(name: string): string {
  return streamName('instance', name);
}

type EventOf<Type extends InstanceEvent['type']> = Omit<Extract<InstanceEvent, { readonly type: Type }>, 'type'>;
type Noted = { readonly type: 'Noted' };

export function started(ask: EventOf<'InstanceStarted'>): Decision<Noted, InstanceEvent> {
  return decided({ type: 'Noted' }, { type: 'InstanceStarted', ...ask });
}

export function stopped(
  ask: Omit<EventOf<'InstanceStopped'>, 'uptimeMs'>,
  { runningSinceMs }: InstanceState,
): Decision<Noted, InstanceEvent> {
  if (runningSinceMs === null) return decided({ type: 'Noted' });
  return decided({ type: 'Noted' }, { type: 'InstanceStopped', ...ask, uptimeMs: ask.atMs - runningSinceMs });
}
