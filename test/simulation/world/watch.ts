import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { RecoveryReceipt } from '../../../src/domain/recovery/receipt.js';
import { violationsOf } from '../../support/invariants.js';
import { workViolationsOf } from '../../support/locked-work.js';
import { good } from './captain.js';
import type { Simulation } from './simulation.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- events are read as they lie in the log, not as the domain sees them */
type Data = any;

const over = ['ContainerCompleted', 'ContainerFailed', 'ContainerStopped'];
/** What may come to a container that is over: another start, or its removal. */
const afterItsEnd = [
  'ContainerStarting',
  'ContainerStarted',
  'ContainerReset',
  'ContainerRemoved',
  'ContainerChapterOpened',
];
/** Changes that are known by how the ship is, however it came to be so: done twice they do nothing. */
const harmless = ['orbit', 'dock', 'flight-mode'];

const workDone = /^Container(MarketVisited|IterationCompleted|Completed|AttemptEnded)/;

interface Lap {
  status: string;
  visited: string[];
  iteration: number;
  readonly markets: readonly string[] | undefined;
}

/** Sees everything, and says what must never be. Rules are named as in the table of docs/testing.md. */
export class Watch {
  readonly #found: string[] = [];
  readonly #laps = new Map<string, Lap>();
  /** Harmful changes of daemons whose end nobody knows, and the stream they stand in. */
  readonly #begun = new Map<string, string>();
  readonly #heardAtMs = new Map<string, number>();

  constructor(private readonly of: Simulation) {
    of.views.onHeard = ({ subject, token }, atMs) => this.#heardAtMs.set(`${subject} ${token}`, atMs);
  }

  say(rule: string, what: string): void {
    if (this.#found.length < 50) this.#found.push(`${rule} at ${Math.round(this.of.scheduler.nowMs)} ms: ${what}`);
  }

  get isBroken(): boolean {
    return this.#found.length > 0;
  }

  /** What is looked at while it happens. */
  take(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (event.stream.startsWith('container-')) this.#container(event);
      else if (event.stream.startsWith('ship-')) this.#ship(event);
      else if (event.type === 'InstanceRecovered') this.#receipt(event);
      else if (event.type === 'LeaseExpired') this.#expiry(event);
    }
  }

  /** All that is wrong, once it is over. */
  async verdict(): Promise<readonly string[]> {
    this.#custody();
    this.#acknowledged();
    this.#deeds();
    await this.#trade();
    for (const what of this.restless()) this.say('L1', what);
    for (const { ship, isDone } of this.of.captains) if (!isDone) this.say('L1', `the orders of ${ship} are not done`);
    return this.#found;
  }

  /** What is not yet as it should be once everybody has done their work. */
  restless(): readonly string[] {
    const { truth, daemons } = this.of;
    const restless: string[] = [];
    for (const id of truth.containers.keys()) if (!truth.isOver(id)) restless.push(`${id} goes on`);
    for (const [ship, { holder, owed }] of truth.ships) {
      if (holder !== null) restless.push(`${ship} is held by ${holder}`);
      if (owed.size > 0) restless.push(`${ship} owes`);
    }
    for (const [stream, token] of truth.locked) restless.push(`${stream} is held under ${token}`);
    for (const [stream, token] of truth.worked) restless.push(`${stream} goes on under ${token}`);
    for (const daemon of daemons) {
      if (!daemon?.isUp || daemon.parts.boot.status.state !== 'balanced') restless.push('a daemon has not recovered');
    }
    return restless;
  }

  #custody(): void {
    for (const { invariant, stream, position, what } of violationsOf(this.of.log.events)) {
      // A lease may be lost while its container begins, which is ended then, and has done nothing yet.
      const mayPass = invariant === 'lease-under-work' && !workDone.test(what);
      if (!mayPass) this.say(invariant, `${stream} at ${position}: ${what}`);
    }
    for (const what of workViolationsOf(this.of.log.events)) this.say('work-under-lock', what);
  }

  #acknowledged(): void {
    const { acknowledged, events } = this.of.log;
    for (const { position, id } of acknowledged) {
      if (events[Number(position) - 1]?.id !== id)
        this.say('I5', `${id} was acknowledged at ${position} and is not there`);
    }
  }

  /** Every harmful change of the game was declared, made while it was open, and observed exactly once. */
  #deeds(): void {
    const done = new Map<string, number>();
    const open = this.#open();
    for (const { effectId, action, by, ship, wasOpen, atMs } of this.of.game.deeds) {
      if (effectId !== undefined) done.set(effectId, (done.get(effectId) ?? 0) + 1);
      if (harmless.includes(action) || action === 'setFlightMode') continue;
      if (!wasOpen)
        this.say('I7', `${action} of ${ship} by ${by} at ${Math.round(atMs)}, and no intent of it was open`);
    }
    const actions = new Map<string, string>();
    const seen = new Map<string, number>();
    for (const { type, data: raw, stream } of this.of.log.events) {
      const data = raw as Data;
      if (type === 'EffectIntended') actions.set(data.effectId, data.action);
      if (type !== 'EffectObserved' || harmless.includes(actions.get(data.effectId) ?? 'orbit')) continue;
      const count = done.get(data.effectId) ?? 0;
      const expected = data.result === 'happened' ? 1 : 0;
      const what = `${actions.get(data.effectId)} ${data.effectId} in ${stream}`;
      if (count !== expected) this.say('I4b', `${what}: observed as ${data.result}, done ${count} times`);
      if (seen.has(data.effectId)) this.say('I4b', `${what} was observed twice`);
      seen.set(data.effectId, count);
    }
    for (const [effectId, count] of done) {
      const action = actions.get(effectId) ?? '';
      if (harmless.includes(action)) continue;
      if (count > 1) this.say('I4b', `${action} ${effectId} was done ${count} times`);
      else if (!seen.has(effectId) && !open.has(effectId))
        this.say('I4b', `${action} ${effectId} was done, and nobody knows`);
    }
  }

  /** What was bought was sold, and the log knows of all of it. */
  async #trade(): Promise<void> {
    const { world, log } = this.of;
    for (const { symbol, cargo } of await world.ships())
      if (cargo.units > 0) this.say('I8', `${symbol} has cargo left`);
    const probes = this.#probes();
    const open = this.#open();
    const known = [
      ...log.events
        .filter((event) => event.type === 'EffectObserved' && (event.data as Data).result === 'happened')
        .map((event) => (event.data as Data).effectId as string),
      ...this.of.game.deeds.flatMap(({ effectId = '' }) => (open.has(effectId) ? [effectId] : [])),
    ];
    const units = (type: string) => known.reduce((sum, id) => sum + (probes.get(id)?.[type] ?? 0), 0);
    const journal = (action: string) =>
      world.journal.filter((deed) => deed.action === action).reduce((sum, { what }) => sum + Number(what['units']), 0);
    for (const action of ['purchase', 'sell']) {
      const [told, done] = [units(action), journal(action)];
      if (told !== done) this.say('I4b', `${action}: ${done} units of ${good} in the game, ${told} in the log`);
    }
  }

  /** Intents whose ship nobody has had since: whoever has it next will look. */
  #open(): ReadonlySet<string> {
    return new Set([...this.of.truth.ships.values()].flatMap((ship) => [...ship.open.keys()]));
  }

  #probes(): ReadonlyMap<string, Readonly<Record<string, number>>> {
    const probes = new Map<string, Record<string, number>>();
    for (const { type, data: raw } of this.of.log.events) {
      const data = raw as Data;
      if (type !== 'EffectIntended' || data.probe.look !== 'cargo') continue;
      probes.set(data.effectId, { [data.action]: Math.abs(data.probe.after - data.probe.before) });
    }
    return probes;
  }

  #container({ stream, type, data: raw }: RecordedEvent): void {
    const data = raw as Data;
    if (type === 'ContainerCreated') {
      const markets = data.config?.params?.markets as readonly string[] | undefined;
      this.#laps.set(stream, { status: type, visited: [], iteration: 0, markets });
      return;
    }
    const lap = this.#laps.get(stream);
    if (!lap) return this.say('I6', `${stream} goes on before it was created`);
    const isPutAside = lap.status === 'ContainerFailed' && type === 'ContainerStopped';
    if (over.includes(lap.status) && !afterItsEnd.includes(type) && !isPutAside)
      this.say('I6', `${type} in ${stream} after its end`);
    switch (type) {
      case 'ContainerMarketVisited':
        if (lap.visited.includes(data.waypoint)) this.say('I4', `${stream} visits ${data.waypoint} twice in a lap`);
        lap.visited.push(data.waypoint);
        return;
      case 'ContainerIterationCompleted': {
        const missed = lap.markets?.filter((market) => !lap.visited.includes(market)) ?? [];
        if (missed.length > 0) this.say('I4', `${stream} ends a lap without ${missed.join(', ')}`);
        if (data.iteration !== lap.iteration + 1) this.say('I4', `${stream}: ${data.iteration} after ${lap.iteration}`);
        lap.visited = [];
        lap.iteration = data.iteration;
        return;
      }
      case 'ContainerAttemptEnded':
        if (data.outcome === 'completed') lap.iteration = 0;
        return;
      case 'ContainerReset':
        lap.iteration = 0;
        lap.visited = [];
        lap.status = type;
        return;
      default:
        if (type !== 'ContainerMetadataSet' && type !== 'ContainerChapterOpened') lap.status = type;
    }
  }

  #ship(event: RecordedEvent): void {
    const { type, stream } = event;
    const { by, holder, effectId, probe } = event.data as Data;
    if (type === 'LeaseExpired') this.#expiry(event);
    if (type === 'LeaseReleased' && by.kind === 'holder' && by.id !== holder.id) {
      this.say('I3', `${stream}: ${by.id} releases what ${holder.id} holds`);
    }
    if (type === 'EffectObserved') this.#begun.delete(effectId);
    if (type !== 'EffectIntended' || probe.look === undefined) return;
    for (const [before, at] of this.#begun) {
      if (at === stream) this.say('I4c', `${stream}: ${effectId} is begun while nobody knows what became of ${before}`);
    }
    const mayHarm = !['berth', 'flight-mode'].includes(probe.look);
    if (mayHarm) this.#begun.set(effectId, stream);
  }

  /** Nobody is expired who was heard of within its time to live, as far as it was kept what was heard. */
  #expiry({ stream, data: raw }: RecordedEvent): void {
    const { holder, token, evidence } = raw as Data;
    const subject = holder.kind === 'container' ? `container-${holder.id}` : stream;
    const heardAtMs = this.#heardAtMs.get(`${subject} ${token}`) ?? -Infinity;
    const silentForMs = this.of.scheduler.nowMs - heardAtMs;
    if (silentForMs >= evidence.ttlMs * 0.97) return;
    this.say(
      'F8',
      `${stream} was expired ${Math.round(silentForMs)} ms after its holder was heard (${evidence.ttlMs})`,
    );
  }

  #receipt({ stream, data: raw }: RecordedEvent): void {
    const { leases, lost: _lost, ...parts } = (raw as Data).receipt as RecoveryReceipt;
    const sum = Object.values(parts).reduce((all, count) => all + count, 0);
    if (sum !== leases) this.say('P8', `the receipt of ${stream} says ${leases} leases and accounts for ${sum}`);
  }
}
