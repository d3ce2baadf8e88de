import { z } from 'zod';
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
