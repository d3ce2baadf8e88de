import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { container, containerStream, isFinished } from '../../../domain/container/container.js';
import type { ContainerSnapshot } from '../../../domain/container/events.js';
import { interrupt } from '../../../domain/container/lifecycle.js';
import type { CommandContext } from '../../command-context.js';
import { decideContainer } from '../../containers/decide-container.js';
import { EndContainer } from '../../containers/end-container.js';
import { StopContainer } from '../../containers/stop-container.js';
import { Decisions } from '../../decide-and-append.js';
import type { AttemptEnd } from '../attempt-run.js';

/** Everything is written that the end of this attempt calls for; the container may have another attempt due. */
export type Settled =
  | { readonly type: 'Ended'; readonly container: ContainerSnapshot }
  | { readonly type: 'BacksOff'; readonly container: ContainerSnapshot }
  | { readonly type: 'Interrupted' }
  /** It was not ours any more. */
  | { readonly type: 'Fenced' };

/** Turns the end of an attempt into what the log must know of it, under the attempt's own token. */
export class SettleEnd {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(Decisions) private readonly decisions: Decisions,
  ) {}

  async settle(
    context: CommandContext,
    { containerId, token }: { readonly containerId: string; readonly token: number },
    end: AttemptEnd,
  ): Promise<Settled> {
    if (end.type === 'lost') return { type: 'Fenced' };
    if (end.type === 'stopped') return this.#stopped(context, containerId, token);
    const { outcome } = await this.commands.execute(new EndContainer(context, containerId, token, end));
    if (outcome.type === 'ContainerChanged') {
      const { container } = outcome;
      return isFinished(container) ? { type: 'Ended', container } : { type: 'BacksOff', container };
    }
    // Asked to stop while it came to its end by itself.
    return outcome.type === 'WrongStatus' ? this.#stopped(context, containerId, token) : fenced;
  }

  /** A stop that somebody asked for is final; one that only this process needs leaves the container to come back. */
  async #stopped(context: CommandContext, containerId: string, token: number): Promise<Settled> {
    const { state } = await this.decisions.current(container, containerStream(containerId));
    if (!state || isFinished(state)) return fenced;
    if (state.status !== 'STOPPING') return this.interrupt(context, containerId, token);
    const reason = state.stopReason ?? 'stopped';
    const stop = new StopContainer(context, { containerId, reason, token, immediately: false });
    const { outcome } = await this.commands.execute(stop);
    return outcome.type === 'ContainerChanged' ? { type: 'Ended', container: outcome.container } : fenced;
  }

  /** To INTERRUPTED; the lease is kept, and no restart is used. */
  async interrupt(context: CommandContext, containerId: string, token: number): Promise<Settled> {
    const { outcome } = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      interrupt({ containerId, token, reason: 'daemon_shutdown', nowMs }, state),
    );
    return outcome.type === 'Changed' ? { type: 'Interrupted' } : fenced;
  }
}

const fenced = { type: 'Fenced' } as const;
