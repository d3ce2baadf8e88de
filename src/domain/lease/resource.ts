import { InvalidId, PlayerId, ShipSymbol } from '../ids.js';
import { streamName, streamPrefix } from '../streams.js';

export const leaseKinds = ['ship', 'task', 'phase'] as const;
export type LeaseKind = (typeof leaseKinds)[number];

/**
 * What a lease is held on. `scope` is the player of a ship, the queue of a task, the flow of a phase; it has no dot,
 * so the stream name reads back in one way only.
 */
export interface Resource {
  readonly kind: LeaseKind;
  readonly scope: string;
  readonly name: string;
}

/** The queue of a task of which none is named. */
export const mainQueue = 'main';

/** The noun of each kind, for sentences. */
export const nouns: Readonly<Record<LeaseKind, string>> = { ship: 'Ship', task: 'Task', phase: 'Phase' };

/** As people call it: a task of the main queue by its number alone, a ship without its player. */
export function saidOf({ kind, scope, name }: Resource): string {
  if (kind === 'ship') return `${nouns.ship} ${name}`;
  if (kind === 'phase') return `${nouns.phase} ${scope}/${name}`;
  return scope === mainQueue ? `${nouns.task} #${name}` : `${nouns.task} #${scope}/${name}`;
}

export const scopeForm = /^[A-Za-z0-9_-]{1,64}$/;
export const nameForm = /^[A-Za-z0-9_.-]{1,128}$/;

/** @throws InvalidId for a player or a symbol that is none */
export function shipResource(player: number, symbol: string): Resource {
  return { kind: 'ship', scope: String(PlayerId(player)), name: ShipSymbol(symbol) };
}

export function resource(kind: LeaseKind, scope: string, name: string): Resource {
  if (kind === 'ship') return shipResource(Number(scope), name);
  if (!scopeForm.test(scope) || !nameForm.test(name)) throw new InvalidId(`a ${kind} needs a plain scope and name`);
  return { kind, scope, name };
}

export function leaseStream({ kind, scope, name }: Resource): string {
  return streamName(kind, `${scope}.${name}`);
}

export function resourceOfStream(stream: string): Resource | undefined {
  const kind = leaseKinds.find((each) => stream.startsWith(streamPrefix(each)));
  if (!kind) return undefined;
  const [, scope, name] = /^([^.]+)\.(.+)$/.exec(stream.slice(streamPrefix(kind).length)) ?? [];
  return scope && name ? { kind, scope, name } : undefined;
}

export function sameResource(one: Resource, other: Resource): boolean {
  return one.kind === other.kind && one.scope === other.scope && one.name === other.name;
}
