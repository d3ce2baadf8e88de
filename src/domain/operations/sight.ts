export interface Place {
  readonly symbol: string;
  readonly x: number;
  readonly y: number;
}

/** A ship as the game shows it, as far as operations look at it. */
export interface ShipInSight {
  readonly symbol: string;
  readonly nav: {
    readonly system: string;
    /** Where it is; while it flies only `destination` tells. */
    readonly waypoint: string;
    readonly status: string;
    readonly flightMode: string;
    readonly destination: Place;
    readonly arrivalMs: number;
  };
  readonly fuel: { readonly current: number; readonly capacity: number };
  readonly cargo: {
    readonly capacity: number;
    readonly units: number;
    readonly inventory: readonly { readonly good: string; readonly units: number }[];
  };
}

export interface ChartedPlace extends Place {
  readonly sellsFuel: boolean;
}

/** A good of the market that the ship is at. */
export interface Offer {
  readonly good: string;
  /** The most units of one transaction. */
  readonly tradeVolume: number;
}

/** What the game has shown: the ship always, the rest when a step asked for it. */
export interface Sight {
  readonly ship: ShipInSight;
  readonly nowMs: number;
  readonly places: readonly ChartedPlace[] | undefined;
  readonly offers: readonly Offer[] | undefined;
}

export function isFlying({ nav }: ShipInSight): boolean {
  return nav.status === 'IN_TRANSIT';
}

/** Where it is, or will be once its flight ends. */
export function placeOf({ nav }: ShipInSight): string {
  return nav.status === 'IN_TRANSIT' ? nav.destination.symbol : nav.waypoint;
}

export function unitsAboard({ cargo }: Pick<ShipInSight, 'cargo'>, good: string): number {
  return cargo.inventory.filter((held) => held.good === good).reduce((sum, { units }) => sum + units, 0);
}
