import { EndContainer } from '../../src/application/containers/end-container.js';
import { RestartContainer } from '../../src/application/containers/restart-container.js';
import { StartContainer } from '../../src/application/containers/start-container.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { Game } from '../../src/application/ports/game.js';
import type { AttemptEnd, AttemptIo } from '../../src/application/runtime/attempt-run.js';
import { RunOperation } from '../../src/application/runtime/operations/run-operation.js';
import type { RuntimePorts } from '../../src/application/runtime/runtime-ports.js';
import { usualLimits, type RuntimeLimits } from '../../src/application/runtime/runtime-ports.js';
import type { ContainerSnapshot } from '../../src/domain/container/events.js';
import { nextStep } from '../../src/domain/operations/operation.js';
import type { Json } from '../../src/domain/kernel/json.js';
import { uuids } from '../../src/infrastructure/ids.js';
import { Custody, startOf, type Instance, type StartAsk } from './custody.js';
import { FakeClock } from './fake-clock.js';
import { InMemoryGame, type WorldPlace, type WorldShip } from './in-memory-game.js';
import { MortalProcess } from './mortal-process.js';
import type { Death } from './mortal-store.js';

/** A clock that tells who is about to sleep, and how long. */
export class WatchedClock extends FakeClock {
  readonly slept: number[] = [];
  onSleep: (ms: number) => void = () => undefined;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    this.onSleep(ms);
    await super.sleep(ms, signal);
  }
}

/** Whoever runs an attempt, as the attempt sees it. */
export class Supervision implements AttemptIo {
  readonly stopping = new AbortController();
  readonly cutting = new AbortController();
  readonly stop = this.stopping.signal;
  readonly cut = this.cutting.signal;
  readonly told: { readonly cursor: Json; readonly quietForMs: number | undefined }[] = [];
  readonly lines: string[] = [];

  progress(cursor: Json, quietForMs?: number): void {
    this.told.push({ cursor, quietForMs });
  }

  log(level: 'info' | 'warn' | 'error', text: string): void {
    this.lines.push(`${level} ${text}`);
  }
}

export interface World {
  readonly places: readonly WorldPlace[];
  readonly ships: readonly WorldShip[];
}

export type Order = Partial<StartAsk> & Pick<StartAsk, 'containerId'>;

let runtimes = 0;

export interface Runtime {
  readonly run: RunOperation;
  readonly instance: Instance;
}

/** One log and one game, which outlive every process that works with them. */
export class Theatre {
  readonly clock: WatchedClock;
  readonly room: Custody;
  readonly game: InMemoryGame;

  constructor(world: World, nowMs?: number) {
    this.clock = new WatchedClock(nowMs);
    this.room = new Custody(this.clock);
    this.game = new InMemoryGame(this.clock, world);
  }

  runtime(process = new MortalProcess(), ports: Partial<RuntimePorts> = {}, limits?: Partial<RuntimeLimits>): Runtime {
    const instance = this.room.instance({ store: process.calling(this.room.log, 'log') });
    const [name, drawn] = [`runtime-${++runtimes}`, { count: 0 }];
    const all: RuntimePorts = {
      commands: instance,
      decisions: instance.decisions,
      game: process.calling<Game>(this.game, 'game'),
      player: 1,
      clock: this.clock,
      decideStep: nextStep,
      ids: { uuid: () => uuids.derived(name, String(++drawn.count)), derived: uuids.derived },
      ...ports,
    };
    return { run: new RunOperation(all, { ...usualLimits, ...limits }), instance };
  }

  async started(order: Order): Promise<ContainerSnapshot> {
    const instance = this.room.instance();
    return begun(await instance.outcome(new StartContainer(instance.context(), startOf(order))));
  }

  /** The next attempt, by another process, as it is begun after a crash. */
  async restarted(containerId: string): Promise<ContainerSnapshot> {
    const instance = this.room.instance();
    const ask = { containerId, token: null, immediately: true };
    return begun(await instance.outcome(new RestartContainer(instance.context(), ask)));
  }

  async completed({ containerId, leases }: ContainerSnapshot): Promise<void> {
    const instance = this.room.instance();
    const end = { type: 'completed' } as const;
    await instance.outcome(new EndContainer(instance.context(), containerId, leases[0]?.token ?? 1, end));
  }

  /** Everything of one type, oldest first. */
  async all(type: string): Promise<Loose[]> {
    return (await this.room.events()).filter((event) => event.type === type).map(({ data }) => data);
  }
}

/** What lies in an event is said by the assertions. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

function begun(outcome: { readonly type: string }): ContainerSnapshot {
  if (outcome.type !== 'Started') throw new Error(`not begun: ${JSON.stringify(outcome)}`);
  return (outcome as unknown as { readonly container: ContainerSnapshot }).container;
}

export interface Scenario {
  readonly world: World;
  /** Run one after another, by one process if it lives. */
  readonly orders: readonly Order[];
}

export interface Performance {
  readonly theatre: Theatre;
  readonly events: readonly RecordedEvent[];
  readonly ends: readonly AttemptEnd[];
  /** The calls of the process that may die. */
  readonly calls: readonly string[];
}

/** Plays a scenario to its end. A process that dies is replaced: store and game stay, the container's next attempt begins. */
export async function perform({ world, orders }: Scenario, ...deaths: readonly Death[]): Promise<Performance> {
  const theatre = new Theatre(world);
  const first = new MortalProcess(deaths[0]);
  const ends: AttemptEnd[] = [];
  let process = first;
  let lives = 0;
  for (const order of orders) {
    let attempt = await theatre.started(order);
    for (;;) {
      const end = await theatre.runtime(process).run.run(attempt, new Supervision());
      if (!process.isDead) {
        ends.push(end);
        if (end.type === 'completed') await theatre.completed(attempt);
        break;
      }
      process = new MortalProcess(deaths[++lives]);
      attempt = await theatre.restarted(order.containerId);
    }
  }
  return { theatre, events: await theatre.room.events(), ends, calls: first.calls };
}

/** Every way in which the process can die: in each of its calls, before its effect and after it. */
export async function deathsIn(scenario: Scenario): Promise<readonly Death[]> {
  const { calls } = await perform(scenario);
  return calls.flatMap((_, index) => [
    { at: index + 1, done: false },
    { at: index + 1, done: true },
  ]);
}
