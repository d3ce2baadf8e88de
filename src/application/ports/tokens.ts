/** Injection tokens of what the application needs from outside. */
export const CLOCK = Symbol('Clock');
export const EVENT_STORE = Symbol('EventStore');
export const GAME = Symbol('Game');
export const HEARTBEATS = Symbol('Heartbeats');
export const IDS = Symbol('Ids');
export const POLICY = Symbol('Policy');
