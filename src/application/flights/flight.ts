import type { ContainerDescription } from '../../domain/container/events.js';

/** What a container is to do with its ship. */
export type Flight = Pick<ContainerDescription, 'player' | 'containerType' | 'commandType' | 'config' | 'ships'>;

/** Why it is not flown here. */
export type FlightRefusal =
  /** There is no game: nobody's ships are flown. */
  | { readonly type: 'NothingFlown' }
  /** The daemon of this process is switched off, or shuts down. */
  | { readonly type: 'NoDaemon' }
  | { readonly type: 'ShipsOfAnother'; readonly player: number; readonly fliesFor: number }
  /** A worker may know it. */
  | { readonly type: 'UnknownOperation'; readonly operation: string }
  | { readonly type: 'RetiredOperation'; readonly operation: string; readonly why: string }
  /** What it was told cannot be carried out, whoever tries. */
  | { readonly type: 'UnfitOperation'; readonly why: string }
  /** The account has no ship of that name. */
  | { readonly type: 'UnknownShip'; readonly ship: string }
  | {
      readonly type: 'UnknownWaypoint';
      readonly operation: string;
      readonly waypoint: string;
      /** Where the ship is, and what is not left by an operation. */
      readonly system: string;
    };

/**
 * What may be flown, as whoever flies it says. Undefined: nothing stands in the way as far as is known; whether it can be
 * carried out, the attempt finds out.
 */
export interface FlightRules {
  /** Of anything at all, for that player. */
  forPlayer(player: number): FlightRefusal | undefined;
  /** Without looking at the game: an attempt is held to it again before it begins. */
  forFlight(flight: Flight): FlightRefusal | undefined;
  /** Whether the game has the ship and the places, where it says so in time. Never rejects. */
  inSight(flight: Flight): Promise<FlightRefusal | undefined>;
}

const refusalTypes: Readonly<Record<FlightRefusal['type'], true>> = {
  NothingFlown: true,
  NoDaemon: true,
  ShipsOfAnother: true,
  UnknownOperation: true,
  RetiredOperation: true,
  UnfitOperation: true,
  UnknownShip: true,
  UnknownWaypoint: true,
};

export function isFlightRefusal(outcome: { readonly type: string }): outcome is FlightRefusal {
  return Object.hasOwn(refusalTypes, outcome.type);
}

/** One sentence for people. */
export function flightRefusalText(refusal: FlightRefusal): string {
  switch (refusal.type) {
    case 'NothingFlown':
      return 'Nothing that ships are ordered to do can be run here: this server is linked to no game';
    case 'NoDaemon':
      return 'The daemon of this server is switched off or shuts down: ask a server that has one, or run it by a worker';
    case 'ShipsOfAnother':
      return `The ships that are flown here belong to player ${refusal.fliesFor}, and not to player ${refusal.player}`;
    case 'UnknownOperation':
      return `Unknown command type: nobody here knows how to run ${refusal.operation}`;
    case 'RetiredOperation':
      return `${refusal.operation} is not run any more: ${refusal.why}`;
    case 'UnfitOperation':
      return `It can never be run like this: ${refusal.why}`;
    case 'UnknownShip':
      return `The game failed to load ship ${refusal.ship}: the account has none of that name`;
    case 'UnknownWaypoint':
      return `${refusal.operation}: system ${refusal.system}, where the ship is, has no waypoint ${refusal.waypoint}`;
    default:
      return refusal satisfies never;
  }
}
