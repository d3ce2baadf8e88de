import { decided, type Aggregate, type Decision } from '../kernel/decider.js';
import type { ProcessMark } from '../kernel/process-mark.js';
import type { RecoveryReceipt } from '../recovery/receipt.js';
import { streamName } from '../streams.js';

/** How the containers of a daemon came out of its shutdown. */
export interface ShutdownManifest {
  readonly ended: readonly string[];
  readonly interrupted: readonly string[];
  readonly cut: readonly string[];
  readonly unwritten: readonly string[];
}

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
      readonly process?: ProcessMark;
    } & OfInstance)
  | ({ readonly type: 'InstanceRecovered'; readonly receipt: RecoveryReceipt; readonly tookMs: number } & OfInstance)
  | ({
      readonly type: 'InstanceStopped';
      readonly reason: string;
      readonly leasesKept: number | null;
      readonly uptimeMs: number;
      readonly manifest?: ShutdownManifest;
    } & OfInstance);

export interface InstanceState {
  readonly runningSinceMs: number | null;
  /** Where it runs; null before it came up. */
  readonly place: { readonly host: string; readonly pid: number; readonly process: ProcessMark | null } | null;
}

export const instance: Aggregate<InstanceState, InstanceEvent> = {
  initial: { runningSinceMs: null, place: null },
  evolve: (state, event) => {
    switch (event.type) {
      case 'InstanceStarted': {
        const { atMs, host, pid, process = null } = event;
        return { runningSinceMs: atMs, place: { host, pid, process } };
      }
      case 'InstanceRecovered':
        return state;
      case 'InstanceStopped':
        return { ...state, runningSinceMs: null };
      default:
        return event satisfies never;
    }
  },
  opensChapter: ({ type }) => type === 'InstanceStarted',
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

export function recovered(ask: EventOf<'InstanceRecovered'>): Decision<Noted, InstanceEvent> {
  return decided({ type: 'Noted' }, { type: 'InstanceRecovered', ...ask });
}

export function stopped(
  ask: Omit<EventOf<'InstanceStopped'>, 'uptimeMs'>,
  { runningSinceMs }: InstanceState,
): Decision<Noted, InstanceEvent> {
  if (runningSinceMs === null) return decided({ type: 'Noted' });
  return decided({ type: 'Noted' }, { type: 'InstanceStopped', ...ask, uptimeMs: ask.atMs - runningSinceMs });
}
