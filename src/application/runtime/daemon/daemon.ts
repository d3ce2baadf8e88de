import { Inject } from '@nestjs/common';
import type { ShutdownManifest } from '../../../domain/instance/instance.js';
import type { ContainerEvent } from '../../../domain/container/events.js';
import { messageOf } from '../../../domain/kernel/message-of.js';
import { streamPrefix } from '../../../domain/streams.js';
import { decodeEvent } from '../../events/event-codec.js';
import { Periodic } from '../../liveness/periodic.js';
import type { Policy } from '../../policy.js';
import type { Clock } from '../../ports/clock.js';
import type { EventStore, Position, RecordedEvent, Subscription } from '../../ports/event-store.js';
import type { Say } from '../../ports/log.js';
import { CLOCK, EVENT_STORE, POLICY } from '../../ports/tokens.js';
import { BootRecovery } from '../recovery/boot-recovery.js';
import { tellLost } from '../recovery/tell-recovery.js';
import { Recovery, type RecoveryRun } from '../recovery/recovery.js';
import { DaemonIdentity } from './daemon-identity.js';
import { Supervisor } from './supervisor.js';

const listenAgainMs = 5_000;

/**
 * The daemon of this process, from when it comes up until it is shut down: it runs the attempts that are begun in its
 * name, renews what it holds, and takes over what no other daemon runs any more.
 */
export class Daemon {
  readonly #renewing: Periodic;
  readonly #looking: Periodic;
  #name = '';
  #from = 0n;
  readonly #closed = new AbortController();
  #watch: Subscription | undefined;
  #say: Say = () => undefined;
  /** What could not be taken over when it was last tried: it is tried again and again, and told of once. */
  #told: ReadonlySet<string> = new Set();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Supervisor) private readonly supervisor: Supervisor,
    @Inject(Recovery) private readonly recovery: Recovery,
    @Inject(BootRecovery) private readonly boot: BootRecovery,
    @Inject(DaemonIdentity) private readonly identity: DaemonIdentity,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) policy: Policy,
  ) {
    const failed = (error: unknown) =>
      this.#say(`The daemon could not look: ${messageOf(error)}`, {
        event: 'daemon_look_failed',
        level: 'warn',
      });
    this.#renewing = new Periodic(clock, policy.daemonRenewMs, async () => this.supervisor.renewAll(), failed);
    this.#looking = new Periodic(clock, policy.monitorIntervalMs, () => this.#look(), failed);
  }

  /** From here on attempts are begun in this name and run here. What was there before is for the recovery. */
  async start(name: string, say: Say): Promise<void> {
    const from = await this.store.headPosition();
    this.#say = say;
    this.supervisor.say = say;
    this.#name = name;
    this.identity.assume(name);
    this.#listen(from);
    this.#renewing.start();
  }

  #listen(from: Position): void {
    this.#from = from;
    this.#watch = this.store.subscribe({
      from: from === 0n ? 'start' : from,
      streamPrefixes: [streamPrefix('container')],
      onBatch: async (events) => this.#heard(events),
      onFailed: (error) => {
        const about = { event: 'log_not_heard', level: 'error', error } as const;
        this.#say(`The daemon no longer hears the log: ${String(error)}; it listens again`, about);
        void this.#listenAgain();
      },
    });
  }

  async #listenAgain(): Promise<void> {
    await this.clock.sleep(listenAgainMs, this.#closed.signal);
    if (!this.#closed.signal.aborted) this.#listen(this.#watch?.position ?? this.#from);
  }

  /** Takes over what was left behind before this start, and from then on, again and again, what another daemon leaves. */
  async recover(): Promise<void> {
    await this.boot.run(this.#say);
    if (this.identity.name !== null) this.#looking.start();
  }

  /** No attempt is begun in its name any more; those that run are brought to a safe point, or cut. */
  async shutDown(): Promise<ShutdownManifest> {
    if (this.identity.name !== null) await this.#hearTheRest();
    this.identity.layDown();
    await Promise.all([this.boot.stop(), this.#looking.stop()]);
    const manifest = await this.supervisor.drain();
    await this.#renewing.stop();
    this.#closed.abort();
    await this.#watch?.stop();
    return manifest;
  }

  /** What was begun in its name a moment ago and was not heard of yet is to reach a safe point with the others. */
  async #hearTheRest(): Promise<void> {
    const after = this.#watch?.position ?? this.#from;
    const streamPrefixes = [streamPrefix('container')];
    try {
      for await (const recorded of this.store.readAll({ ...(after > 0n && { after }), streamPrefixes })) {
        const event = readable(recorded);
        if (event?.type === 'ContainerStarted' && event.daemon === this.#name) await this.#takeUp(event.containerId);
      }
    } catch (error) {
      this.#say(`What has just begun could not be read: ${messageOf(error)}`, {
        event: 'container_not_read',
        level: 'warn',
        error,
      });
    }
  }

  async #look(): Promise<void> {
    const run = await this.recovery.runDaemons();
    if (run) this.#tell(run);
  }

  #tell({ done, lost, failed }: RecoveryRun): void {
    for (const step of done) {
      if (step.type !== 'Adopt') continue;
      const { containerId: container, token } = step;
      this.#say(`Took over ${container}`, { event: 'container_taken_over', container, token });
    }
    for (const each of lost) tellLost(each, this.#say);
    const told = new Set<string>();
    for (const { subject, message } of failed) {
      const sentence = `Failed to restart worker ${subject}: ${message}; it is tried again`;
      told.add(sentence);
      if (this.#told.has(sentence)) continue;
      this.#say(sentence, { event: 'worker_not_restarted', level: 'error', container: subject });
    }
    this.#told = told;
  }

  #heard(events: readonly RecordedEvent[]): void {
    for (const recorded of events) {
      const event = readable(recorded);
      if (!event) continue;
      if (event.type === 'ContainerStarted' && event.daemon === this.#name) {
        void this.#takeUp(event.containerId);
      } else this.supervisor.hear(event);
    }
  }

  /** As the log has it now: what was begun a moment ago may be over. */
  async #takeUp(containerId: string): Promise<void> {
    try {
      await this.supervisor.takeUp(containerId);
    } catch (error) {
      const about = { event: 'container_not_read', level: 'warn', container: containerId, error } as const;
      this.#say(`Container ${containerId} was begun and could not be read: ${String(error)}`, about);
    }
  }
}

/** One that cannot be read is for the views to park: nothing here hangs on it. */
function readable(recorded: RecordedEvent): ContainerEvent | undefined {
  try {
    return decodeEvent(recorded) as ContainerEvent;
  } catch {
    return undefined;
  }
}
