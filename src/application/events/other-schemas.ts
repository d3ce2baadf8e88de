import { z } from 'zod';
import type { InstanceEvent } from '../../domain/instance/instance.js';
import type { MarketEvent } from '../../domain/market/market.js';
import type { PlayerEvent } from '../../domain/player/player.js';
import type { RequestEvent } from '../../domain/request/request.js';
import type { SystemEvent } from '../../domain/system/system.js';
import { stored, type EventSchemas } from './event-schema.js';
import { count, duration, flag, instant, integer, json, number, player, processMark, text } from './stored-values.js';

const texts = z.array(text);
const waypoint = z.strictObject({
  symbol: text,
  type: text,
  x: number,
  y: number,
  traits: z.array(text),
  hasFuel: flag,
  orbits: text.nullable(),
});

export const systemSchemas = {
  SystemCharted: stored(
    z.strictObject({
      chart: z.strictObject({ symbol: text, type: text, waypoints: z.array(waypoint) }),
      atMs: instant,
    }),
  ),
} satisfies EventSchemas<SystemEvent>;

const scannedGood = z.strictObject({
  good: text,
  type: text.nullable(),
  supply: text.nullable(),
  activity: text.nullable(),
  purchasePrice: number,
  sellPrice: number,
  tradeVolume: count,
});

export const marketSchemas = {
  MarketScanned: stored(
    z.strictObject({
      waypoint: text,
      system: text,
      player,
      ship: text.nullable(),
      goods: z.array(scannedGood),
      atMs: instant,
    }),
  ),
} satisfies EventSchemas<MarketEvent>;

export const playerSchemas = {
  PlayerRegistered: stored(
    z.strictObject({
      player,
      agentSymbol: text,
      era: text.exactOptional(),
      eraSinceMs: instant.exactOptional(),
      atMs: instant,
    }),
  ),
} satisfies EventSchemas<PlayerEvent>;

export const instanceSchemas = {
  InstanceStarted: stored(
    z.strictObject({
      instance: text,
      version: text,
      host: text,
      pid: count,
      leasesFound: count.nullable(),
      amnestyMs: duration,
      process: processMark.exactOptional(),
      atMs: instant,
    }),
  ),
  InstanceRecovered: stored(
    z.strictObject({
      instance: text,
      receipt: z.strictObject({
        leases: count,
        adopted: count,
        run: count,
        awaitingWorker: count,
        sessions: count,
        reserved: count,
        beingMade: count,
        released: count,
        laden: count,
        unverified: count,
        lost: z.array(z.strictObject({ containerId: text, reason: text })),
      }),
      tookMs: duration,
      atMs: instant,
    }),
  ),
  InstanceStopped: stored(
    z.strictObject({
      instance: text,
      reason: text,
      leasesKept: count.nullable(),
      uptimeMs: duration,
      manifest: z.strictObject({ ended: texts, interrupted: texts, cut: texts, unwritten: texts }).exactOptional(),
      atMs: instant,
    }),
  ),
} satisfies EventSchemas<InstanceEvent>;

export const requestSchemas = {
  RequestAnswered: stored(z.strictObject({ fingerprint: text, status: integer, body: json, atMs: instant })),
} satisfies EventSchemas<RequestEvent>;
