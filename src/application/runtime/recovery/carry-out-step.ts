import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { fail } from '../../../domain/container/attempts.js';
import { container, containerStream, containerToken, isFinished } from '../../../domain/container/container.js';
import { release } from '../../../domain/lease/releasing.js';
import { incurObligation } from '../../../domain/lease/effects.js';
import { isLeaseRefusal, leaseRefusalText } from '../../../domain/lease/refusals.js';
import type { RecoveryStep } from '../../../domain/recovery/recovery.js';
import { systemContext } from '../../command-context.js';
import { ContainerEnds } from '../../containers/container-ends.js';
import { decideContainer } from '../../containers/decide-container.js';
import { RestartContainer } from '../../containers/restart-container.js';
import { StopContainer } from '../../containers/stop-container.js';
import { Decisions } from '../../decide-and-append.js';
import { decideLease } from '../../leases/decide-lease.js';
import type { Policy } from '../../policy.js';
import type { Clock } from '../../ports/clock.js';
import type { Ids } from '../../ports/ids.js';
import { CLOCK, IDS, POLICY } from '../../ports/tokens.js';
import { Supervisor } from '../daemon/supervisor.js';

const recovery = { kind: 'system', id: 'recovery' } as const;

export interface LostContainer {
  readonly containerId: string;
  readonly containerType: string;
  readonly reason: string;
}

export interface CarriedOut {
  /** The container, where it is over now because it could not go on. */
  readonly lost?: LostContainer;
  /** Why nothing came of it, where that is not because somebody else was first. */
  readonly refused?: string;
}

const done: CarriedOut = {};

/** One step as ordinary decisions. Where the token it was planned for is in force no more, it changes nothing. */
export class CarryOutStep {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(Supervisor) private readonly supervisor: Supervisor,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async carryOut(step: RecoveryStep): Promise<CarriedOut> {
    const context = systemContext(this.ids, 'recovery', 'recovery');
    switch (step.type) {
      case 'Adopt':
        return this.#adopt(step);
      case 'FinishStop': {
        const { containerId, token, reason } = step;
        await this.commands.execute(new StopContainer(context, { containerId, token, reason, immediately: true }));
        return done;
      }
      case 'Fail': {
        const { containerId, token, exitReason, detail } = step;
        const rules = this.policy.restart;
        const failed = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
          fail({ containerId, token, error: detail, exitReason, permanent: true, rules, nowMs }, state),
        );
        await this.ends.answer(context, failed, recovery);
        const isOver = failed.outcome.type === 'Changed' && !failed.outcome.already;
        const { containerType = '' } = failed.state ?? {};
        return isOver ? { lost: { containerId, containerType, reason: `${exitReason}: ${detail}` } } : done;
      }
      case 'Release': {
        const { resource, holder, token, detail } = step;
        await decideLease(this.decisions, context, resource, (state, nowMs) =>
          release({ resource, holder, token, reason: 'daemon_restart', detail, by: recovery, nowMs }, state),
        );
        return done;
      }
      case 'Bind': {
        const { resource, token, obligationId, good, units } = step;
        await decideLease(this.decisions, context, resource, (state, nowMs) =>
          incurObligation({ resource, token, obligationId, good, units, nowMs }, state),
        );
        return done;
      }
      default:
        return step satisfies never;
    }
  }

  /** Of several daemons that try, the log lets one begin the attempt; for the others it is somebody else's now. */
  async #adopt({
    containerId,
    token,
    notBeforeMs,
    crashes,
  }: Extract<RecoveryStep, { type: 'Adopt' }>): Promise<CarriedOut> {
    if (notBeforeMs !== null && notBeforeMs > this.clock.nowMs()) {
      const { state } = await this.decisions.current(container, containerStream(containerId));
      const isDue = state?.backOff && !isFinished(state) && containerToken(state) === token;
      if (isDue) this.supervisor.await(state);
      return done;
    }
    const context = systemContext(this.ids, 'recovery', 'recovery');
    const ask = { containerId, token, immediately: false, onlyIfLive: true, crashes };
    const restart = new RestartContainer(context, ask);
    const { outcome } = await this.commands.execute(restart);
    if (outcome.type === 'Started') this.supervisor.take(outcome.container);
    return isLeaseRefusal(outcome) ? { refused: leaseRefusalText(outcome) } : done;
  }
}
