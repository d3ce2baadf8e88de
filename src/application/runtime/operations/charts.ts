import type { ChartedPlace } from '../../../domain/operations/sight.js';
import type { CallOptions, Game, GameWaypoint } from '../../ports/game.js';

/** The places of systems and where fuel is sold, as the game tells it; asked once, since an era does not change them. */
export class Charts {
  readonly #known = new Map<string, readonly ChartedPlace[]>();

  constructor(private readonly game: Pick<Game, 'waypoints' | 'market'>) {}

  async places(system: string, options: CallOptions): Promise<readonly ChartedPlace[]> {
    const known = this.#known.get(system);
    if (known) return known;
    const places: ChartedPlace[] = [];
    for (const waypoint of await this.game.waypoints(system, options)) {
      const { symbol, x, y } = waypoint;
      places.push({ symbol, x, y, sellsFuel: await this.#sellsFuel(waypoint, options) });
    }
    this.#known.set(system, places);
    return places;
  }

  async #sellsFuel({ symbol, type, traits }: GameWaypoint, options: CallOptions): Promise<boolean> {
    if (type === 'FUEL_STATION') return true;
    if (!traits.includes('MARKETPLACE')) return false;
    const { exports, imports, exchange } = await this.game.market(symbol, options);
    return [...exchange, ...exports, ...imports].includes('FUEL');
  }
}
