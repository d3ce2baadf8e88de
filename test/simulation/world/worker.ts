import type { Command } from '@nestjs/cqrs';
import type { Answer } from '../../../src/application/answer.js';
import type { CommandContext } from '../../../src/application/command-context.js';
import { EndContainer } from '../../../src/application/containers/end-container.js';
import { ReportProgress } from '../../../src/application/containers/report-progress.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { AcquireLease } from '../../../src/application/leases/acquire-lease.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import { RenewContainer } from '../../../src/application/liveness/renew-container.js';
import { RenewLease } from '../../../src/application/liveness/renew-lease.js';
import { shipResource } from '../../../src/domain/lease/resource.js';
import type { Chance } from '../../support/interleaving.js';
import { startOf } from '../../support/custody.js';
import type { Door } from './door.js';
import type { Life } from './life.js';
import { player, policy } from './simulated-daemon.js';
import type { GameReached } from './simulated-game.js';

/** What a worker keeps on its own disk. */
export interface WorkersNotes {
  containerId: string | undefined;
  works: number;
}

/** A worker of somebody else, over the commands: sessions of its own, and containers that it runs itself. */
export class Worker {
  #asked = 0;
  #goesOn = true;

  constructor(
    private readonly life: Life,
    private readonly door: Door,
    private readonly game: GameReached,
    private readonly notes: WorkersNotes,
    private readonly ships: readonly string[],
    private readonly chance: Chance,
  ) {}

  /** Takes nothing new on. */
  finish(): void {
    this.#goesOn = false;
  }

  async run(): Promise<void> {
    for (;;) {
      if (this.notes.containerId !== undefined) await this.#container(this.notes.containerId, true);
      else if (!this.#goesOn) return;
      else if (this.chance.with(0.5)) await this.#session();
      else await this.#container(`errand-${this.life.name}-${++this.notes.works}`, false);
      await this.life.clock.sleep(1_000 + this.chance.next() * 4_000);
    }
  }

  async #session(): Promise<void> {
    const symbol = this.chance.oneOf(this.ships);
    const resource = shipResource(player, symbol);
    const holder = { kind: 'agent', id: `${this.life.name}-s${++this.notes.works}`, attempt: 1 } as const;
    const ask = { resource, holder, operation: 'look around', ttlMs: policy.shipTtlMs, adoptsObligations: false };
    const granted = await this.#ask('acquire', (context) => new AcquireLease(context, ask));
    if (granted.type !== 'Granted') return;
    const { token } = granted.hold;
    const renewal = { token, cursor: null, quietForMs: 0 };
    for (let round = this.chance.below(4); round > 0; round--) {
      await this.life.clock.sleep(500 + this.chance.next() * 3_500);
      const renewed = await this.#ask('renew', () => new RenewLease(resource, renewal));
      if (renewed.type !== 'Renewed' || !(await this.#effect(symbol, token))) return;
    }
    const release = { resource, holder, token, reason: 'completed', detail: '', by: null } as const;
    await this.#ask('release', (context) => new ReleaseLease(context, release));
  }

  /** Declared, done, recorded: as every change of the game should be. False: somebody else has the ship. */
  async #effect(symbol: string, token: number): Promise<boolean> {
    const resource = shipResource(player, symbol);
    const effectId = `${this.life.name}-e${++this.#asked}`;
    const withinMs = 10_000;
    const sendBeforeMs = this.life.clock.monotonicMs() + 3_500;
    const intent = { type: 'intend', token, effectId, action: 'orbit', withinMs, probe: {} } as const;
    this.game.intents.set(symbol, effectId);
    const intended = await this.#ask('intend', (context) => new RecordEffect(context, resource, intent));
    if (intended.type !== 'Recorded') return false;
    let evidence: { seen: string };
    try {
      evidence = { seen: (await this.game.orbit(symbol, { sendBeforeMs })).status };
    } catch (error) {
      evidence = { seen: (error as Error).name };
    }
    const result = evidence.seen === 'IN_ORBIT' ? ('happened' as const) : ('did-not-happen' as const);
    const observation = { type: 'observe', token, effectId, result, evidence } as const;
    const observed = await this.#ask('observe', (context) => new RecordEffect(context, resource, observation));
    return observed.type === 'Recorded';
  }

  async #container(containerId: string, isBegun: boolean): Promise<void> {
    const restart = { containerId, token: null, immediately: true };
    const start = startOf({ containerId, ships: [this.chance.oneOf(this.ships)], maxIterations: 2 });
    // Noted before it is asked for: whoever comes after this process must find it.
    this.notes.containerId = containerId;
    const begun = await this.#ask('begin', (context) =>
      isBegun ? new RestartContainer(context, restart) : new StartContainer(context, start),
    );
    if (begun.type !== 'Started') {
      const canWait = ['HeldByAnother', 'ReservedByOperator', 'NotFreeYet', 'Laden'].includes(begun.type);
      if (!isBegun || !canWait) this.notes.containerId = undefined;
      return;
    }
    const { container } = begun;
    const token = container.leases[0]?.token ?? container.attempt;
    for (let left = container.maxIterations - container.iteration; left > 0; left--) {
      await this.life.clock.sleep(1_000 + this.chance.next() * 2_500);
      const renewal = { token, cursor: left, quietForMs: 0 };
      const renewed = await this.#ask('renew', () => new RenewContainer(containerId, renewal));
      if (renewed.type !== 'Renewed' || renewed.container.status !== 'RUNNING') break;
      const report = { type: 'iteration', token, visited: [], report: {} } as const;
      const reported = await this.#ask('report', (context) => new ReportProgress(context, containerId, report));
      if (reported.type !== 'ContainerChanged') break;
    }
    const end = { type: 'completed' } as const;
    const ended = await this.#ask('end', (context) => new EndContainer(context, containerId, token, end));
    // Interrupted meanwhile, it is begun again; anything else is its end.
    if (ended.type === 'ContainerChanged' || ended.type !== 'WrongStatus') this.notes.containerId = undefined;
  }

  #ask<Outcome>(what: string, command: (context: CommandContext) => Command<Answer<Outcome>>): Promise<Outcome> {
    return this.door.ask(`${this.life.name} ${what} ${++this.#asked}`, command);
  }
}
