import type { GoodType, Supply } from '../model/universe.js';

/** What the prices of one listing follow from. */
export interface PriceModel {
  readonly type: GoodType;
  readonly basePrice: number;
  readonly slope: number;
  /** The position of the market in trade volumes: below 0 scarce, above 0 abundant. */
  readonly position: number;
}

export interface Prices {
  /** What a ship pays for a unit, in credits. */
  readonly purchasePrice: number;
  /** What a ship gets for a unit, in credits. */
  readonly sellPrice: number;
}

export function pricesOf({ type, basePrice, slope: a, position: x }: PriceModel): Prices {
  const exported = (at: number) => basePrice * (1 - a + a * 2 ** (-0.3 * at));
  const imported = (at: number) => basePrice * (1 + a - a * 2 ** (0.3 * at));
  switch (type) {
    case 'EXPORT':
      return { purchasePrice: credits(exported(x + 1)), sellPrice: credits(exported(x + 2) / 2) };
    case 'IMPORT':
      return { purchasePrice: 2 * credits(imported(x - 2)), sellPrice: credits(imported(x - 1)) };
    case 'EXCHANGE': {
      const spread = Math.max(2, Math.round(basePrice / 100));
      return {
        purchasePrice: credits((basePrice + spread) * (1 - (a / 1000) * (x - 1) ** 3)),
        sellPrice: credits((basePrice - spread) * (1 - (a / 1000) * (x + 1) ** 3)),
      };
    }
  }
}

const credits = (amount: number): number => Math.max(1, Math.round(amount));

export function supplyAt(position: number): Supply {
  if (position <= -4) return 'SCARCE';
  if (position <= -2) return 'LIMITED';
  if (position <= 2) return 'MODERATE';
  return position <= 4 ? 'HIGH' : 'ABUNDANT';
}

/** A position in trade volumes that lies well inside a supply level. */
export function supplyMiddle(supply: Supply): number {
  return { SCARCE: -5, LIMITED: -3, MODERATE: 0, HIGH: 3, ABUNDANT: 5 }[supply];
}
