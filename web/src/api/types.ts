import type { z } from 'zod';
import type * as bot from '../../../src/infrastructure/http/bot/bot-schemas.js';
import type * as containers from '../../../src/infrastructure/http/containers/container-schemas.js';
import type * as liveness from '../../../src/infrastructure/http/liveness/liveness-schemas.js';
import type * as projections from '../../../src/infrastructure/http/projections/projection-schemas.js';
import type * as registry from '../../../src/infrastructure/http/registry/registry-schemas.js';
import type * as tours from '../../../src/infrastructure/http/registry/tour-schemas.js';
import type * as answered from '../../../src/infrastructure/http/schemas/answered.js';
import type * as ships from '../../../src/infrastructure/http/ships/ship-schemas.js';
import type * as stream from '../../../src/infrastructure/http/stream/stream-schemas.js';

/** What the server says it answers, taken from the schemas that its own tests hold it to. */
export type SystemList = z.output<typeof registry.systemList>;
export type SeenSystem = z.output<typeof registry.seenSystem>;
export type Waypoint = SeenSystem['system']['waypoints'][number];
export type TourList = z.output<typeof tours.tourList>;
export type Tour = TourList['tours'][number];
export type ShipPage = z.output<typeof ships.shipPage>;
export type Ship = z.output<typeof ships.ship>;
export type ContainerPage = z.output<typeof containers.containerPage>;
export type Container = z.output<typeof containers.container>;
export type Liveness = z.output<typeof liveness.liveness>;
export type HeartbeatList = z.output<typeof liveness.heartbeatList>;
export type Heartbeat = HeartbeatList['heartbeats'][number];
export type ProjectionList = z.output<typeof projections.projectionList>;
export type Projection = ProjectionList['projections'][number];
export type HistoryPage = z.output<typeof answered.historyPage>;
export type StreamedEvent = z.output<typeof stream.streamedEvent>;
export type Graph = z.output<typeof bot.graph>;

/** Of the bot API; a server without it is done without. */
export interface MarketFreshness {
  readonly freshness: readonly { readonly waypoint_symbol: string; readonly last_updated: string | null }[];
}
