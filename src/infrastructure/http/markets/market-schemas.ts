import { z } from 'zod';
import * as asked from '../schemas/asked.js';
import { instant, positionOut, seen } from '../schemas/answered.js';
import { playerId } from '../edge/schemas.js';

const price = z.int().min(0).max(1_000_000_000_000);
const word = asked.symbol.nullable().default(null);
const good = z.strictObject({
  good: asked.symbol,
  type: word,
  supply: word,
  activity: word,
  purchasePrice: price,
  sellPrice: price,
  tradeVolume: z.int().min(1).max(1_000_000),
});

const different = (goods: readonly { readonly good: string }[]) =>
  new Set(goods.map((each) => each.good)).size === goods.length;

export const scan = z.strictObject({
  player: playerId,
  ship: asked.symbol.optional(),
  goods: z.array(good).max(500).refine(different, 'A good stands twice.'),
});

export const listMarkets = z.strictObject({
  system: asked.symbol.optional(),
  maxAgeMinutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(5_256_000)
    .optional()
    .meta({ description: 'Only markets whose newest scan is no older', example: 60 }),
  ...asked.fresh,
});
export const fresh = z.strictObject(asked.fresh);

const scannedGood = z
  .object({
    good: z.string(),
    type: z.string().nullable(),
    supply: z.string().nullable(),
    activity: z.string().nullable(),
    purchasePrice: z.number(),
    sellPrice: z.number(),
    tradeVolume: z.int(),
  })
  .meta({ id: 'ScannedGood' });
const market = z
  .object({
    waypoint: z.string(),
    system: z.string(),
    player: z.int(),
    ship: z.string().nullable(),
    goods: z.array(scannedGood),
    scannedAtMs: instant,
  })
  .meta({ id: 'Market' });
export const marketList = z.object({ markets: z.array(market), ...seen }).meta({ id: 'MarketList' });
export const seenMarket = z.object({ market, ...seen }).meta({ id: 'SeenMarket' });
export const scanned = z
  .object({ waypoint: z.string(), goods: z.int(), changed: z.boolean(), position: positionOut })
  .meta({ id: 'ScannedMarket' });
