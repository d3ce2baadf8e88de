import type { ChartedPlace } from '../../../domain/operations/sight.js';
import type { CallOptions, Game, GameWaypoint } from '../../ports/game.js';

/** The places of systems and where fuel is sold, as the game tells it; asked once, since an era does not change them. */
export class Charts {
  readonly #charted = new Map<string, readonly GameWaypoint[]>();
  readonly #asked = new Map<string, Promise<readonly GameWaypoint[]>>();
  readonly #known = new Map<string, readonly ChartedPlace[]>();

  constructor(private readonly game: Pick<Game, 'waypoints' | 'market'>) {}

  async places(system: string, options: CallOptions): Promise<readonly ChartedPlace[]> {
    const known = this.#known.get(system);
    if (known) return known;
    const places: ChartedPlace[] = [];
    for (const waypoint of await this.#waypoints(system, options)) {
      const { symbol, x, y } = waypoint;
      places.push({ symbol, x, y, sellsFuel: await this.#sellsFuel(waypoint, options) });
    }
    this.#known.set(system, places);
    return places;
  }

  /** Whether a system is known here to have no place of that name. */
  lacks(system: string, waypoint: string): boolean {
    return this.#charted.get(system)?.every(({ symbol }) => symbol !== waypoint) ?? false;
  }

  /** Whether a system has a place of that name. Nobody's giving up ends the asking: whoever comes next is answered. */
  async has(system: string, waypoint: string): Promise<boolean> {
    const asked = this.#asked.get(system) ?? this.#waypoints(system, { priority: 'urgent' });
    this.#asked.set(system, asked);
    try {
      return (await asked).some(({ symbol }) => symbol === waypoint);
    } finally {
      this.#asked.delete(system);
    }
  }

  async #waypoints(system: string, options: CallOptions): Promise<readonly GameWaypoint[]> {
    const charted = this.#charted.get(system) ?? (await this.game.waypoints(system, options));
    this.#charted.set(system, charted);
    return charted;
  }

  async #sellsFuel({ symbol, type, traits }: GameWaypoint, options: CallOptions): Promise<boolean> {
    if (type === 'FUEL_STATION') return true;
    if (!traits.includes('MARKETPLACE')) return false;
    const { exports, imports, exchange } = await this.game.market(symbol, options);
    return [...exchange, ...exports, ...imports].includes('FUEL');
  }
}
