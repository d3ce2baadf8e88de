export type GoodType = 'EXPORT' | 'IMPORT' | 'EXCHANGE';
export type Supply = 'SCARCE' | 'LIMITED' | 'MODERATE' | 'HIGH' | 'ABUNDANT';
export type Activity = 'WEAK' | 'GROWING' | 'STRONG' | 'RESTRICTED';

export interface Waypoint {
  readonly symbol: string;
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly traits: readonly string[];
  /** What it circles: the two are at the same point. */
  readonly orbits?: string | undefined;
}

/** One good at one market as the universe begins. */
export interface ListingStart {
  readonly good: string;
  readonly type: GoodType;
  readonly tradeVolume: number;
  /** Where the market is between scarce and abundant, in units of the good; 0 is balance. */
  readonly units: number;
  /** How much the price reacts, 0 … 1. */
  readonly slope: number;
  readonly activity?: Activity | undefined;
}

export interface ShipOfferStart {
  readonly type: string;
  readonly price: number;
  readonly supply: Supply;
}

export interface ConstructionStart {
  readonly symbol: string;
  readonly materials: readonly {
    readonly tradeSymbol: string;
    readonly required: number;
    readonly fulfilled: number;
  }[];
}

/** One star system as it is when an era begins; nothing in it changes afterwards. */
export interface Universe {
  readonly system: {
    readonly symbol: string;
    readonly sectorSymbol: string;
    readonly type: string;
    readonly x: number;
    readonly y: number;
    readonly headquarters: string;
    readonly faction: string;
    readonly startingCredits: number;
  };
  readonly waypoints: readonly Waypoint[];
  readonly markets: readonly { readonly symbol: string; readonly listings: readonly ListingStart[] }[];
  readonly shipyards: readonly { readonly symbol: string; readonly offers: readonly ShipOfferStart[] }[];
  readonly constructions: readonly ConstructionStart[];
  readonly jumpGates: readonly { readonly symbol: string; readonly connections: readonly string[] }[];
  readonly basePrices: Readonly<Record<string, number>>;
  /** What an exported good is made of. */
  readonly recipes: Readonly<Record<string, readonly string[]>>;
}
