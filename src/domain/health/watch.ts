/** A ship that something seems wrong with, for as long as that lasts and a while longer. */
export interface WatchedShip {
  readonly sinceMs: number;
  /** Tries to set it right so far. */
  readonly attempts: number;
  /** Since when nothing is wrong with it; null: something still is. */
  readonly healthySinceMs: number | null;
  /** It was tried as often as allowed. */
  readonly abandoned: boolean;
}

export interface Watch {
  readonly ships: ReadonlyMap<string, WatchedShip>;
  readonly attempts: number;
  readonly successful: number;
  readonly failed: number;
  readonly abandoned: number;
}

export const nothingWatched: Watch = { ships: new Map(), attempts: 0, successful: 0, failed: 0, abandoned: 0 };

/** Puts a ship on the list, or says that something is wrong with it again. */
export function watching(watch: Watch, ship: string, nowMs: number): Watch {
  const known = watch.ships.get(ship) ?? { sinceMs: nowMs, attempts: 0, abandoned: false };
  return withShip(watch, ship, { ...known, healthySinceMs: null });
}

export function noLongerWatching(watch: Watch, ship: string): Watch {
  const ships = new Map(watch.ships);
  ships.delete(ship);
  return { ...watch, ships };
}

/** Nothing is wrong with it at this look: after so long it leaves the list, and its attempts are forgotten. */
export function seenHealthy(watch: Watch, ship: string, nowMs: number, healthyAfterMs: number): Watch {
  const known = watch.ships.get(ship);
  if (!known) return watch;
  const healthySinceMs = known.healthySinceMs ?? nowMs;
  if (nowMs - healthySinceMs >= healthyAfterMs) return noLongerWatching(watch, ship);
  return withShip(watch, ship, { ...known, healthySinceMs });
}

/** One try to set it right, and how it came out. */
export function tried(watch: Watch, ship: string, outcome: 'success' | 'failure', nowMs: number): Watch {
  const next = watching(watch, ship, nowMs);
  const attempts = attemptsOn(next, ship) + 1;
  const known = next.ships.get(ship) ?? { sinceMs: nowMs, abandoned: false };
  const healthySinceMs = outcome === 'success' ? nowMs : null;
  return {
    ...withShip(next, ship, { ...known, attempts, healthySinceMs }),
    attempts: watch.attempts + 1,
    successful: watch.successful + (outcome === 'success' ? 1 : 0),
    failed: watch.failed + (outcome === 'failure' ? 1 : 0),
  };
}

/** Nothing more is tried with it until it was healthy; a repeat changes nothing. */
export function abandoning(watch: Watch, ship: string): Watch {
  const known = watch.ships.get(ship);
  if (!known || known.abandoned) return watch;
  return { ...withShip(watch, ship, { ...known, abandoned: true }), abandoned: watch.abandoned + 1 };
}

export function attemptsOn({ ships }: Watch, ship: string): number {
  return ships.get(ship)?.attempts ?? 0;
}

/** Percent of all tries; null before the first. */
export function successRate({ attempts, successful }: Watch): number | null {
  return attempts === 0 ? null : Math.round((100 * successful) / attempts);
}

function withShip(watch: Watch, ship: string, of: WatchedShip): Watch {
  return { ...watch, ships: new Map(watch.ships).set(ship, of) };
}
