import { Inject } from '@nestjs/common';
import {
  awaitsProbation,
  beginProbation,
  nextOnProbation,
  passProbation,
  quietBefore,
} from '../../../domain/container/crash-loop.js';
import { messageOf } from '../../../domain/kernel/message-of.js';
import { systemContext } from '../../command-context.js';
import { decideContainer } from '../../containers/decide-container.js';
import { Decisions } from '../../decide-and-append.js';
import type { Policy } from '../../policy.js';
import type { Clock } from '../../ports/clock.js';
import type { Ids } from '../../ports/ids.js';
import type { Say } from '../../ports/log.js';
import { CLOCK, IDS, POLICY } from '../../ports/tokens.js';
import type { AttemptHere } from './attempt-here.js';

/**
 * Containers that may be what ends the daemon again and again run a few at a time, and stand in the log as under way
 * before they do: whatever ends the daemon next is known to be among them, or to be none of them. They hold their ships
 * and are renewed while they wait.
 */
export class Probation {
  readonly #waiting = new Map<AttemptHere, () => void>();
  readonly #closed = new AbortController();
  #rounds: Promise<void> | undefined;

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  awaits(here: AttemptHere): boolean {
    return awaitsProbation(here.container, this.policy.crash);
  }

  /** Resolves when it may run, or when it is told to stop. */
  turnOf(here: AttemptHere, say: Say): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = here.stop;
      const leave = () => {
        signal.removeEventListener('abort', leave);
        this.#waiting.delete(here);
        resolve();
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.set(here, leave);
      this.#rounds ??= this.#run(say);
    });
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#rounds;
  }

  async #run(say: Say): Promise<void> {
    const { probationMs } = this.policy.crash;
    for (let stoodMs = 0; ; stoodMs = probationMs) {
      const soon = quietBefore(this.#next().map(containerOf), this.policy.crash) - stoodMs;
      if (soon > 0) await this.clock.sleep(soon, this.#closed.signal);
      const next = this.#next();
      if (this.#closed.signal.aborted) return;
      if (next.length === 0) {
        this.#rounds = undefined;
        return;
      }
      const begun: AttemptHere[] = [];
      for (const here of next) {
        if (await this.#marked(here, next.length, say)) begun.push(here);
      }
      for (const here of begun) this.#waiting.get(here)?.();
      await this.clock.sleep(probationMs, this.#closed.signal);
      if (this.#closed.signal.aborted) return;
      for (const here of begun) await this.#passed(here, say);
    }
  }

  #next(): readonly AttemptHere[] {
    const byId = new Map([...this.#waiting.keys()].map((here) => [here.container.containerId, here]));
    const next = nextOnProbation([...byId.values()].map(containerOf));
    return next.flatMap(({ containerId }) => byId.get(containerId) ?? []);
  }

  async #marked(here: AttemptHere, company: number, say: Say): Promise<boolean> {
    const { containerId, crashes } = here.container;
    try {
      await this.#decide(here, (ask, state) => beginProbation({ ...ask, company }, state));
    } catch (error) {
      const about = { event: 'write_retried', level: 'warn', container: containerId, error } as const;
      say(`Container ${containerId} cannot be put on probation yet: ${messageOf(error)}`, about);
      return false;
    }
    say(`Container ${containerId} is on probation, with ${company - 1} others: ${crashes?.inARow} crashes`, {
      event: 'container_on_probation',
      level: 'warn',
      container: containerId,
      attempt: here.container.attempt,
    });
    return true;
  }

  async #passed(here: AttemptHere, say: Say): Promise<void> {
    if (here.dropped) return;
    const { containerId } = here.container;
    try {
      await this.#decide(here, passProbation);
    } catch (error) {
      // Left as it is, it goes on probation once more after the next crash.
      const about = { event: 'write_retried', level: 'warn', container: containerId, error } as const;
      say(`That ${containerId} has passed its probation cannot be written: ${messageOf(error)}`, about);
    }
  }

  #decide(here: AttemptHere, decide: typeof passProbation) {
    const { containerId } = here.container;
    const context = systemContext(this.ids, 'daemon', 'daemon');
    return decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      decide({ containerId, token: here.token, nowMs }, state),
    );
  }
}

function containerOf({ container }: AttemptHere) {
  return container;
}
