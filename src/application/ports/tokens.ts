/** Injection tokens of what the application needs from outside. */
export const CARGO = Symbol('CargoReader');
export const CLOCK = Symbol('Clock');
export const CONTAINER_LINES = Symbol('ContainerLines');
export const EVENT_STORE = Symbol('EventStore');
export const GAME = Symbol('Game');
export const HELD_WORK = Symbol('HeldWork');
export const HEARTBEATS = Symbol('Heartbeats');
export const IDS = Symbol('Ids');
export const POLICY = Symbol('Policy');
export const PROCESSES = Symbol('Processes');
export const RUN_ATTEMPT = Symbol('RunAttempt');
export const WATCH_TURN = Symbol('WatchTurn');
