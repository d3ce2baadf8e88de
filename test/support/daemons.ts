import { InstanceRecord } from '../../src/application/instance/instance-record.js';
import type { ContainerLines, Line } from '../../src/application/ports/container-lines.js';
import type { Game } from '../../src/application/ports/game.js';
import type { Processes } from '../../src/application/ports/processes.js';
import type { AttemptEnd, AttemptIo, RunAttempt } from '../../src/application/runtime/attempt-run.js';
import { Families } from '../../src/application/runtime/daemon/families.js';
import { Daemon } from '../../src/application/runtime/daemon/daemon.js';
import { Probation } from '../../src/application/runtime/daemon/probation.js';
import { SettleEnd } from '../../src/application/runtime/daemon/settle-end.js';
import { Supervisor } from '../../src/application/runtime/daemon/supervisor.js';
import { BootRecovery } from '../../src/application/runtime/recovery/boot-recovery.js';
import { CarryOutStep } from '../../src/application/runtime/recovery/carry-out-step.js';
import { Eras } from '../../src/application/runtime/recovery/eras.js';
import { Evidence } from '../../src/application/runtime/recovery/evidence.js';
import { noGame } from '../../src/application/runtime/recovery/no-game.js';
import { Recovery } from '../../src/application/runtime/recovery/recovery.js';
import type { ContainerSnapshot } from '../../src/domain/container/events.js';
import type { CargoReader } from '../../src/application/ports/cargo.js';
import type { Application } from './application.js';
import type { Custody, Instance, InstanceOptions } from './custody.js';

/** One attempt that is under way in a test; it goes on until the test ends it. */
export interface RunningAttempt {
  readonly container: ContainerSnapshot;
  readonly io: AttemptIo;
  end(how: AttemptEnd): void;
}

/** Operations that do nothing until they are told. */
export class WaitingOperations implements RunAttempt {
  readonly running: RunningAttempt[] = [];

  run(container: ContainerSnapshot, io: AttemptIo): Promise<AttemptEnd> {
    return new Promise((resolve) => this.running.push({ container, io, end: resolve }));
  }

  /** The latest attempt of a container that began here. */
  of(containerId: string): RunningAttempt | undefined {
    return this.running.findLast(({ container }) => container.containerId === containerId);
  }
}

export class RememberedLines implements ContainerLines {
  readonly written: Line[] = [];

  write(line: Line): void {
    this.written.push(line);
  }

  read(): Promise<never[]> {
    return Promise.resolve([]);
  }

  latest(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map());
  }
}

export interface DaemonOptions extends InstanceOptions {
  readonly operations?: RunAttempt;
  /** What this machine knows of the processes of others; nothing by default. */
  readonly look?: Processes['look'];
  /** Whose present era is asked for; nobody by default. */
  readonly game?: Pick<Game, 'status'>;
}

export interface DaemonPorts {
  readonly operations: RunAttempt;
  readonly lines: ContainerLines;
  readonly processes: Processes;
  readonly cargo: CargoReader;
  /** Whose present era is asked for. */
  readonly game?: Pick<Game, 'status'> | null;
}

/** The daemon of one process: the real parts, put together by hand. */
export class DaemonParts {
  readonly supervisor: Supervisor;
  readonly recovery: Recovery;
  readonly record: InstanceRecord;
  readonly boot: BootRecovery;
  readonly daemon: Daemon;

  constructor(application: Application, { operations, lines, processes, cargo, game = null }: DaemonPorts) {
    const { clock, decisions, heard, store, identity } = application;
    const { commands, queries, ids, ends, policy } = application.parts;
    this.supervisor = new Supervisor(
      commands,
      decisions,
      heard,
      new SettleEnd(commands, decisions),
      new Families(commands, queries, decisions, clock, ids, policy),
      new Probation(decisions, clock, ids, policy),
      operations,
      lines,
      identity,
      clock,
      ids,
      policy,
    );
    const evidence = new Evidence(decisions, heard, this.supervisor, processes, cargo, identity, policy);
    const eras = new Eras(decisions, game, clock, policy);
    const steps = new CarryOutStep(commands, decisions, ends, this.supervisor, clock, ids, policy);
    this.recovery = new Recovery(decisions, queries, evidence, eras, steps, this.supervisor, identity, clock, policy);
    this.record = new InstanceRecord(decisions, queries, ids, policy);
    this.boot = new BootRecovery(this.recovery, this.record, store, clock);
    this.daemon = new Daemon(store, this.supervisor, this.recovery, this.boot, identity, clock, policy);
  }
}

/** One instance of the application in a room, with its daemon. */
export class DaemonInstance extends DaemonParts {
  readonly instance: Instance;
  readonly operations: WaitingOperations;
  readonly lines: RememberedLines;

  constructor(
    room: Custody,
    readonly name: string,
    options: DaemonOptions = {},
  ) {
    const { cargo = noGame, look = () => 'unknown' } = options;
    const instance = room.instance(options);
    const operations = new WaitingOperations();
    const lines = new RememberedLines();
    const processes: Processes = { mark: () => ({ machine: 'here', began: name }), look };
    super(instance, {
      operations: options.operations ?? operations,
      ...{ lines, processes, cargo },
      game: options.game ?? null,
    });
    this.instance = instance;
    this.operations = operations;
    this.lines = lines;
  }

  /** As a process comes up: recorded, and attempts are begun in its name. What it renews is up to the test. */
  async up(): Promise<this> {
    const process = { machine: 'here', began: this.name };
    await this.record.started({ instance: this.name, version: '0', host: 'here', pid: 1, process });
    this.instance.identity.assume(this.name);
    return this;
  }

  /** Looks once for what no daemon runs. */
  async look() {
    const run = await this.recovery.runDaemons();
    if (!run) throw new Error('the views could not say');
    return run;
  }

  /** As after kill -9: nothing more comes of it. */
  vanish(): void {
    this.instance.identity.layDown();
  }
}
