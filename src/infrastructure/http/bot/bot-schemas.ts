import { z } from 'zod';
import * as asked from '../schemas/asked.js';
import { jsonObjectOut } from '../schemas/answered.js';

/** Other parameters are passed over: the visualizer may add its own. */
export const botQuery = z.object({ player_id: asked.playerText.optional(), minPosition: asked.fresh.minPosition });
export type BotQuery = z.output<typeof botQuery>;
export const botShipQuery = botQuery.extend({
  all: asked.flagText.optional().meta({ description: 'Idle ships too' }),
});

const time = z.string().nullable();
const assignment = z
  .object({
    ship_symbol: z.string(),
    player_id: z.int(),
    assigned_to: z.string().nullable(),
    daemon_id: z.string().nullable(),
    operation: z.string().nullable(),
    status: z.string(),
    assigned_at: time,
    released_at: time,
    metadata: jsonObjectOut.nullable(),
  })
  .meta({ id: 'BotAssignment' });
export const assignments = z.object({ assignments: z.array(assignment) });
export const oneAssignment = z.object({ assignment });

export const daemons = z.object({
  daemons: z.array(
    z
      .object({
        daemon_id: z.string(),
        player_id: z.int(),
        pid: z.null(),
        command: jsonObjectOut,
        started_at: time,
        stopped_at: time,
        status: z.string(),
        log_file: z.null(),
        err_file: z.null(),
      })
      .meta({ id: 'BotDaemon' }),
  ),
});

export const tours = z.object({
  tours: z.array(
    z
      .object({
        system: z.string(),
        markets: z.array(z.string()),
        algorithm: z.string(),
        start_waypoint: z.string().nullable(),
        tour_order: z.array(z.string()),
        total_distance: z.number(),
        calculated_at: time,
        ship_symbol: z.string(),
        daemon_id: z.string(),
        player_id: z.int(),
      })
      .meta({ id: 'BotTour' }),
  ),
});

export const players = z.object({ players: z.array(z.object({ player_id: z.int(), agent_symbol: z.string() })) });
export const summary = z.object({
  summary: z.array(z.object({ operation: z.string(), count: z.int(), status: z.string() })),
});
export const graph = z.object({
  graph: z.object({
    system_symbol: z.string(),
    graph_data: z.object({
      waypoints: z.record(
        z.string(),
        z.object({
          type: z.string(),
          x: z.number(),
          y: z.number(),
          traits: z.array(z.string()),
          has_fuel: z.boolean(),
        }),
      ),
    }),
    last_updated: time,
  }),
});

export const markets = z.object({
  markets: z.array(
    z
      .object({
        waypoint_symbol: z.string(),
        last_updated: time,
        goods: z.array(
          z.object({
            good_symbol: z.string(),
            supply: z.string().nullable(),
            activity: z.string().nullable(),
            purchase_price: z.number(),
            sell_price: z.number(),
            trade_volume: z.int(),
          }),
        ),
      })
      .meta({ id: 'BotMarket' }),
  ),
});
export const freshness = z.object({
  freshness: z.array(z.object({ waypoint_symbol: z.string(), last_updated: time })),
});
