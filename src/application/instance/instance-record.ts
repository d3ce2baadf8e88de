import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  instance,
  instanceStream,
  recovered,
  started,
  stopped,
  type ShutdownManifest,
} from '../../domain/instance/instance.js';
import type { ProcessMark } from '../../domain/kernel/process-mark.js';
import type { RecoveryReceipt } from '../../domain/recovery/receipt.js';
import { systemContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import type { Ids } from '../ports/ids.js';
import { IDS, POLICY } from '../ports/tokens.js';
import { ListHolds } from '../queries/assignments.js';

export interface InstanceFacts {
  readonly instance: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  readonly process: ProcessMark;
}

/** The life of this process in the log: that it came up, and how it went. A restart releases nothing. */
export class InstanceRecord {
  #name = '';

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async started(facts: InstanceFacts): Promise<void> {
    this.#name = facts.instance;
    const leasesFound = await this.#leasesInForce();
    const { amnestyMs } = this.policy;
    await this.decisions.decide({
      aggregate: instance,
      stream: instanceStream(facts.instance),
      context: systemContext(this.ids, 'instance', 'recovery'),
      decide: (_state, atMs) => started({ ...facts, leasesFound, amnestyMs, atMs }),
    });
    // What it reads bears the log's time: by it the age of all that others wrote before is known.
    await this.decisions.anew(instance, instanceStream(facts.instance));
  }

  async recovered(receipt: RecoveryReceipt, tookMs: number): Promise<void> {
    await this.decisions.decide({
      aggregate: instance,
      stream: instanceStream(this.#name),
      context: systemContext(this.ids, 'instance', 'recovery'),
      decide: (_state, atMs) => recovered({ instance: this.#name, receipt, tookMs, atMs }),
    });
  }

  async stopped(reason: string, manifest?: ShutdownManifest): Promise<void> {
    const leasesKept = await this.#leasesInForce();
    await this.decisions.decide({
      aggregate: instance,
      stream: instanceStream(this.#name),
      context: systemContext(this.ids, 'instance', 'recovery'),
      decide: (state, atMs) =>
        stopped({ instance: this.#name, reason, leasesKept, ...(manifest && { manifest }), atMs }, state),
    });
  }

  /** As the views know it; null when they cannot be asked. */
  async #leasesInForce(): Promise<number | null> {
    try {
      const holds = await this.queries.execute(new ListHolds());
      return holds.type === 'Answered' ? holds.value.filter(({ assignment }) => assignment !== null).length : null;
    } catch {
      return null;
    }
  }
}
