import { Body, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { CompletePhase, FailPhase } from '../../../application/flows/finish-phase.js';
import { AbandonPhase } from '../../../application/flows/abandon-phase.js';
import { ReportPhase } from '../../../application/flows/report-phase.js';
import { RenewLease } from '../../../application/liveness/renew-lease.js';
import type { Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import { phaseResource } from '../../../domain/flow/flow.js';
import { ApiV1 } from '../asking/api.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { renewedBody } from '../leases/lease-bodies.js';
import { renewedLease } from '../leases/lease-schemas.js';
import { changedPhaseBody, abandonedBody } from './flow-bodies.js';
import * as schemas from './flow-schemas.js';

/** What the session that executes a phase says of it, always with its token. */
@ApiV1('flows/:flow/phases/:phase', 'flows')
export class PhasesController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  @Post('renew')
  @HttpCode(200)
  @Answers('A renewal by whoever executes the phase', renewedLease, { refusals: [404] })
  async renew(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Param('phase', { schema: schemas.phaseName }) phase: string,
    @Body({ schema: schemas.renewPhase }) { cursor = null, ...renewal }: z.output<typeof schemas.renewPhase>,
  ) {
    const renew = new RenewLease(phaseResource(flowId, phase), { cursor, ...renewal });
    return renewedBody(await this.dispatcher.command(renew), renewal.quietForMs, this.policy);
  }

  @Post('progress')
  @HttpCode(200)
  @Answers('Keep a milestone of the work in the log; it renews as well', schemas.changedPhase, { refusals: [404] })
  async progress(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Param('phase', { schema: schemas.phaseName }) phase: string,
    @Body({ schema: schemas.reportPhase }) ask: z.output<typeof schemas.reportPhase>,
    @Asked() context: CommandContext,
  ) {
    return changedPhaseBody(await this.dispatcher.command(new ReportPhase(context, { flowId, phase, ...ask })));
  }

  @Post('complete')
  @HttpCode(200)
  @Answers('The phase is done; the flow goes on by one', schemas.changedPhase, { refusals: [404, 413] })
  async complete(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Param('phase', { schema: schemas.phaseName }) phase: string,
    @Body({ schema: schemas.completePhase }) { result = null, token }: z.output<typeof schemas.completePhase>,
    @Asked() context: CommandContext,
  ) {
    const complete = new CompletePhase(context, { flowId, phase, token, result });
    return changedPhaseBody(await this.dispatcher.command(complete));
  }

  @Post('fail')
  @HttpCode(200)
  @Answers('The attempt failed: the phase may be claimed again', schemas.changedPhase, { refusals: [404, 413] })
  async fail(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Param('phase', { schema: schemas.phaseName }) phase: string,
    @Body({ schema: schemas.failPhase }) { failFlow, ...ask }: z.output<typeof schemas.failPhase>,
    @Asked() context: CommandContext,
  ) {
    const fail = new FailPhase(context, { flowId, phase, ...ask, failsFlow: failFlow });
    return changedPhaseBody(await this.dispatcher.command(fail));
  }

  @Post('abandon')
  @HttpCode(200)
  @Answers('Abandon the phase: it may be claimed again; a repeat changes nothing', schemas.abandonedPhase)
  async abandon(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Param('phase', { schema: schemas.phaseName }) phase: string,
    @Body({ schema: schemas.abandonPhase }) ask: z.output<typeof schemas.abandonPhase>,
    @Asked() context: CommandContext,
  ) {
    return abandonedBody(await this.dispatcher.command(new AbandonPhase(context, { flowId, phase, ...ask })));
  }
}
