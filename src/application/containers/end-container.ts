import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { complete, fail } from '../../domain/container/attempts.js';
import { container, containerStream } from '../../domain/container/container.js';
import { incomplete, incompleteBecause, stillToSell, type Aboard } from '../../domain/container/incomplete.js';
import { lease } from '../../domain/lease/lease.js';
import { leaseStream, shipResource } from '../../domain/lease/resource.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import { POLICY } from '../ports/tokens.js';
import type { ContainerAnswer } from './container-answer.js';
import { ContainerEnds } from './container-ends.js';
import { decideContainer } from './decide-container.js';

/** How work comes to its own end. */
export type WorkEnd =
  | { readonly type: 'completed' }
  | {
      readonly type: 'failed';
      readonly error: string;
      readonly permanent: boolean;
      /** What the container's end is called, where a word says more than the error. */
      readonly exitReason?: string;
    };

/** The worker's own word that its attempt is over. Its restart policy may grant another; then the leases are kept. */
export class EndContainer extends Command<ContainerAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly containerId: string,
    readonly token: number,
    readonly end: WorkEnd,
  ) {
    super();
  }
}

@CommandHandler(EndContainer)
export class EndContainerHandler implements ICommandHandler<EndContainer> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async execute({ context, containerId, token, end }: EndContainer): Promise<ContainerAnswer> {
    const rules = this.policy.restart;
    const owed = end.type === 'completed' ? await this.#stillToSell(containerId) : undefined;
    const ended = await decideContainer(this.decisions, context, containerId, (state, nowMs) => {
      const ask = { containerId, token, rules, nowMs };
      if (end.type === 'failed') return fail({ ...ask, ...failureOf(end) }, state);
      const completed = complete(ask, state);
      const isLast = completed.events.some(({ type }) => type === 'ContainerCompleted');
      if (!isLast || owed === undefined) return completed;
      return fail({ ...ask, error: owed, exitReason: incomplete, permanent: true }, state);
    });
    return this.ends.answer(context, ended);
  }

  /** What the run has bought and still has aboard, as one sentence; undefined: nothing, or it need not be sold by it. */
  async #stillToSell(containerId: string): Promise<string | undefined> {
    const { state } = await this.decisions.current(container, containerStream(containerId));
    if (!state) return undefined;
    const aboard: Aboard[] = [];
    for (const { ship, token } of state.leases) {
      const held = await this.decisions.current(lease, leaseStream(shipResource(state.player, ship)));
      const { hold, obligations } = held.state;
      if (hold?.token === token) aboard.push({ ship, obligations });
    }
    const owed = stillToSell(state, aboard);
    return owed.length > 0 ? incompleteBecause(owed) : undefined;
  }
}

function failureOf({ error, permanent, exitReason }: Extract<EndContainer['end'], { readonly type: 'failed' }>) {
  return { error, permanent, ...(exitReason !== undefined && { exitReason }) };
}
