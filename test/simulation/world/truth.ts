import type { RecordedEvent } from '../../../src/application/ports/event-store.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- events are read as they lie in the log, not as the domain sees them */
type Data = any;

export interface ShipTruth {
  token: number;
  holder: string | null;
  isReserved: boolean;
  readonly open: Map<string, { readonly action: string; readonly deadlineMs: number }>;
  readonly owed: Map<string, { readonly good: string; readonly units: number }>;
}

export interface ContainerTruth {
  status: string;
  iterations: number;
  readonly ships: readonly string[];
}

const over = ['ContainerCompleted', 'ContainerFailed', 'ContainerStopped'];

/** What the log says at this moment, by rules of its own and seen by no process: what the simulation itself goes by. */
export class Truth {
  readonly ships = new Map<string, ShipTruth>();
  readonly containers = new Map<string, ContainerTruth>();
  /** Streams of locks that are held, and of tasks that are worked on, with the token. */
  readonly locked = new Map<string, number>();
  readonly worked = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  take(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.stream.startsWith('ship-')) this.#ofShip(event);
      else if (event.stream.startsWith('container-')) this.#ofContainer(event);
      else if (event.stream.startsWith('tasklock-')) held(this.locked, event, 'LeaseGranted', lockEnds);
      else if (event.stream.startsWith('agenttask-')) held(this.worked, event, 'TaskClaimed', taskEnds);
    }
  }

  ship(symbol: string): ShipTruth {
    let known = this.ships.get(symbol);
    if (!known) {
      known = { token: 0, holder: null, isReserved: false, open: new Map(), owed: new Map() };
      this.ships.set(symbol, known);
    }
    return known;
  }

  isOver(containerId: string): boolean {
    return over.includes(this.containers.get(containerId)?.status ?? '');
  }

  /** Calls back once, when that container is over; at once if it is. */
  whenOver(containerId: string, tell: () => void): void {
    if (this.isOver(containerId)) return tell();
    this.#waiting.set(containerId, [...(this.#waiting.get(containerId) ?? []), tell]);
  }

  #ofShip({ stream, type, data: raw }: RecordedEvent): void {
    const data = raw as Data;
    const ship = this.ship(stream.slice(stream.indexOf('.') + 1));
    switch (type) {
      case 'LeaseGranted':
      case 'LeaseHandedOver':
      case 'LeaseReserved':
        ship.token = data.token;
        ship.holder = data.holder.id;
        ship.isReserved = type === 'LeaseReserved';
        return;
      case 'LeaseReleased':
      case 'LeaseExpired':
      case 'LeaseBroken':
        ship.holder = null;
        ship.isReserved = false;
        return;
      case 'EffectIntended':
        return void ship.open.set(data.effectId, { action: data.action, deadlineMs: data.deadlineMs });
      case 'EffectObserved':
        return void ship.open.delete(data.effectId);
      case 'ObligationIncurred':
        return void ship.owed.set(data.obligationId, { good: data.good, units: data.units });
      case 'ObligationSettled':
        return void ship.owed.delete(data.obligationId);
      default:
    }
  }

  #ofContainer({ type, data: raw }: RecordedEvent): void {
    const data = raw as Data;
    const id = data.containerId as string;
    if (type === 'ContainerCreated') {
      this.containers.set(id, { status: type, iterations: 0, ships: data.ships });
      return;
    }
    const known = this.containers.get(id);
    if (!known) return;
    if (type === 'ContainerIterationCompleted') known.iterations += 1;
    const isStatus = ['Started', 'Starting', 'StopRequested', 'Interrupted', 'Reset'].some((is) => type.endsWith(is));
    if (isStatus || over.includes(type)) known.status = type;
    if (!over.includes(type)) return;
    for (const tell of this.#waiting.get(id) ?? []) tell();
    this.#waiting.delete(id);
  }
}

const lockEnds = ['LeaseReleased', 'LeaseExpired', 'LeaseBroken'];
const taskEnds = ['TaskCompleted', 'TaskFailed', 'TaskPoisoned', 'TaskAbandoned'];

function held(
  by: Map<string, number>,
  { stream, type, data: raw }: RecordedEvent,
  begins: string,
  ends: readonly string[],
): void {
  if (type === begins) by.set(stream, (raw as Data).token as number);
  if (ends.includes(type)) by.delete(stream);
}
