import { z } from 'zod';
import { positionOut } from '../schemas/answered.js';
import * as asked from '../schemas/asked.js';

const symbols = (most: number) =>
  z.string().transform((given, context): readonly string[] => {
    const all = given.split(',');
    const fit = all.length <= most && all.every((each) => asked.symbol.safeParse(each).success);
    if (fit && new Set(all).size === all.length) return all;
    context.addIssue({ code: 'custom', message: `Must be up to ${most} different symbols, with commas between.` });
    return z.NEVER;
  });

export const planTours = z.strictObject({
  ships: symbols(100).meta({ example: 'COOPER-2,COOPER-3' }),
  markets: symbols(500).optional().meta({
    description: 'Every market of the chart that is no fuel station if absent',
    example: 'X1-HF01-A1,X1-HF01-A3',
  }),
});

export const plannedTours = z
  .object({
    system: z.string(),
    tours: z.array(
      z.object({
        ship: z.string(),
        markets: z.array(z.string()).meta({ description: 'In the order they are flown, back to the first' }),
        length: z.number().meta({ description: 'Of the closed tour, in the chart’s units' }),
      }),
    ),
  })
  .meta({ id: 'PlannedTours' });

const several = (most: number) =>
  z
    .array(asked.symbol)
    .min(1)
    .max(most)
    .refine((all) => new Set(all).size === all.length, 'A symbol stands twice.');

export const scoutMarkets = z
  .strictObject({
    player: asked.player,
    ships: several(100).optional().meta({ description: 'Every probe and drone of the agent if absent' }),
    markets: several(500)
      .optional()
      .meta({ description: 'Every market of the chart that is no fuel station if absent' }),
    iterations: z
      .int()
      .min(-1)
      .max(1_000_000_000)
      .default(-1)
      .transform((asked) => (asked === 0 ? 1 : asked))
      .meta({ description: 'Of each new tour; -1: until it is stopped' }),
    replan: z
      .boolean()
      .default(false)
      .meta({ description: 'Share everything out anew; a tour that comes out the same goes on' }),
  })
  .meta({ id: 'ScoutMarkets' });

export const scouting = z
  .object({
    system: z.string(),
    tours: z.array(
      z.object({
        ship: z.string(),
        container: z.string(),
        markets: z.array(z.string()).meta({ description: 'In the order they are flown' }),
        reused: z.boolean().meta({ description: 'It was flown before this call' }),
      }),
    ),
    idle: z.array(z.string()).meta({ description: 'Ships for which no market is left' }),
    uncovered: z
      .array(z.string())
      .meta({ description: 'Markets that nobody visits, because all ships fly tours already; replan cures it' }),
    unasked: z.array(z.string()).meta({ description: 'Markets that reused tours visit, and nobody asked for' }),
    position: positionOut,
  })
  .meta({ id: 'Scouting' });
