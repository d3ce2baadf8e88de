import { InvalidId, PlayerId, ShipSymbol } from '../ids.js';

export type LeaseKind = 'ship' | 'task' | 'phase';

/**
 * What a lease is held on. `scope` is the player of a ship, the queue of a task, the flow of a phase; it has no dot,
 * so the stream name reads back in one way only.
 */
export interface Resource {
  readonly kind: LeaseKind;
  readonly scope: string;
  readonly name: string;
}

const categories = { ship: 'ship', task: 'tasklock', phase: 'phase' } as const satisfies Record<LeaseKind, string>;
const scopeForm = /^[A-Za-z0-9_-]{1,64}$/;
const nameForm = /^[A-Za-z0-9_.-]{1,128}$/;

export function shipResource(player: PlayerId, symbol: ShipSymbol): Resource {
  return { kind: 'ship', scope: String(player), name: symbol };
}

export function resource(kind: LeaseKind, scope: string, name: string): Resource {
  if (kind === 'ship') return shipResource(PlayerId(Number(scope)), ShipSymbol(name));
  if (!scopeForm.test(scope) || !nameForm.test(name)) throw new InvalidId(`a ${kind} needs a plain scope and name`);
  return { kind, scope, name };
}

/** Stored names: add kinds, never rename one. */
export function leaseStream({ kind, scope, name }: Resource): string {
  return `${categories[kind]}-${scope}.${name}`;
}

export function resourceOfStream(stream: string): Resource | undefined {
  const [, category, scope, name] = /^([a-z]+)-([^.]+)\.(.+)$/.exec(stream) ?? [];
  const kind = (Object.keys(categories) as LeaseKind[]).find((each) => categories[each] === category);
  return kind && scope && name ? { kind, scope, name } : undefined;
}

export function sameResource(one: Resource, other: Resource): boolean {
  return one.kind === other.kind && one.scope === other.scope && one.name === other.name;
}

export function playerOf(held: Resource): PlayerId {
  return PlayerId(Number(held.scope));
}
