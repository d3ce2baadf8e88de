import { Body, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { ClaimPhase } from '../../../application/flows/claim-phase.js';
import { DeclareFlow } from '../../../application/flows/declare-flow.js';
import { ExplainFlow, FlowHistory, FlowInLog } from '../../../application/flows/flow-in-log.js';
import { CancelFlow, ContinueFlow, PauseFlow } from '../../../application/flows/steer-flow.js';
import { ExplainLease } from '../../../application/custody/explain-lease.js';
import type { Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import { DatabaseUnavailable } from '../../../application/ports/views.js';
import { FindFlow, ListFlows } from '../../../application/queries/flows.js';
import { phaseResource } from '../../../domain/flow/flow.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { cursorOf, keyOf } from '../asking/cursors.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { historyBody, historyPageOf, historyQuery } from '../asking/history-body.js';
import { Answers } from '../openapi/answers.js';
import { refusalProblem } from '../problems.js';
import { historyPage } from '../schemas/answered.js';
import { explanationBody } from '../leases/explanation-body.js';
import { changedFlowBody, claimBody, flowBody, flowInListBody } from './flow-bodies.js';
import * as schemas from './flow-schemas.js';

@ApiV1('flows', 'flows')
export class FlowsController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  @Post()
  @Answers('Declare a flow with its phases; the same again changes nothing', schemas.changedFlow, { status: 201 })
  async declare(
    @Body({ schema: schemas.declareFlow }) { id, ...ask }: z.output<typeof schemas.declareFlow>,
    @Asked() context: CommandContext,
  ) {
    return changedFlowBody(await this.dispatcher.command(new DeclareFlow(context, { flowId: id, ...ask })));
  }

  @Get()
  @Answers('Flows by id', schemas.flowPage, { refusals: [503] })
  async list(@Query({ schema: schemas.listFlows }) query: z.output<typeof schemas.listFlows>) {
    const { status, cursor, ...rest } = query;
    const after = keyOf(cursor, schemas.flowId);
    const answer = await this.dispatcher.view(new ListFlows({ statuses: status, after, ...rest }));
    const { rows, next } = answer.value;
    return asSeen(answer, { flows: rows.map(flowInListBody), next: cursorOf(next) });
  }

  @Get(':flow')
  @Answers(
    'One flow with its phases, their results and errors; from the log itself while the views are away',
    schemas.seenFlow,
    {
      refusals: [404, 503],
    },
  )
  async one(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Query({ schema: schemas.oneFlow }) query: z.output<typeof schemas.oneFlow>,
  ) {
    const found = this.dispatcher.view(new FindFlow({ flowId, ...query }));
    const { value, ...seen } = await found.catch((error: unknown) => this.#inLog(flowId, error));
    if (!value) throw unknown(flowId);
    return asSeen(seen, { flow: flowBody(value.flow) });
  }

  async #inLog(flowId: string, error: unknown) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    const { flow, position } = await this.dispatcher.query(new FlowInLog(flowId));
    return { value: flow && { flow }, position, ageMs: 0 };
  }

  @Get(':flow/why')
  @Answers('Why the flow stands where it stands, and who has the phase that is due', schemas.flowWhy, {
    refusals: [404],
  })
  async why(@Param('flow', { schema: schemas.flowId }) flowId: string) {
    const found = await this.dispatcher.query(new ExplainFlow(flowId));
    if (!found) throw unknown(flowId);
    const { flow, why, lease, position } = found;
    return { flow: flowBody(flow), why, lease: lease && explanationBody(lease), position: String(position) };
  }

  @Get(':flow/history')
  @Answers('Everything that was decided about a flow, newest first', historyPage, { refusals: [404] })
  async history(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Query({ schema: historyQuery }) query: z.output<typeof historyQuery>,
  ) {
    const page = await this.dispatcher.query(new FlowHistory(flowId, historyPageOf(query)));
    if (page.events.length === 0 && query.cursor === undefined) throw unknown(flowId);
    return historyBody(page);
  }

  @Post(':flow/resume')
  @HttpCode(200)
  @Answers(
    'Begin the phase that is due: one of all who ask gets the token, the others learn who has it',
    schemas.claimedPhase,
    {
      refusals: [404],
    },
  )
  async resume(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Body({ schema: schemas.resumeFlow }) ask: z.output<typeof schemas.resumeFlow>,
    @Asked() context: CommandContext,
  ) {
    const answer = await this.dispatcher.command(
      new ClaimPhase(context, {
        flowId,
        phase: ask.expectedPhase,
        holder: { kind: 'agent', id: ask.holder, attempt: 1 },
        ttlMs: ask.ttlMs ?? this.policy.phaseTtlMs,
        ...(ask.owner !== undefined && { owner: ask.owner }),
        ...(ask.process && { process: ask.process }),
      }),
    );
    const { outcome } = answer;
    const isHeld = outcome.type !== 'AlreadyCompleted' && outcome.hold !== null;
    const resource = phaseResource(flowId, outcome.phase.name);
    const why = isHeld ? await this.dispatcher.query(new ExplainLease(resource, true)) : undefined;
    return claimBody(answer, why, this.policy);
  }

  @Post(':flow/pause')
  @HttpCode(200)
  @Answers('Let what runs end, and begin nothing new', schemas.changedFlow, { refusals: [404] })
  async pause(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Body({ schema: schemas.steerFlow }) ask: z.output<typeof schemas.steerFlow>,
    @Asked() context: CommandContext,
  ) {
    return changedFlowBody(await this.dispatcher.command(new PauseFlow(context, steering(flowId, ask))));
  }

  @Post(':flow/continue')
  @HttpCode(200)
  @Answers('Let a paused or failed flow go on; its phases are claimed as ever', schemas.changedFlow, {
    refusals: [404],
  })
  async continue(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Body({ schema: schemas.steerFlow }) ask: z.output<typeof schemas.steerFlow>,
    @Asked() context: CommandContext,
  ) {
    return changedFlowBody(await this.dispatcher.command(new ContinueFlow(context, steering(flowId, ask))));
  }

  @Post(':flow/cancel')
  @HttpCode(200)
  @Answers('End a flow for good; whoever runs a phase is refused from now on', schemas.changedFlow, { refusals: [404] })
  async cancel(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Body({ schema: schemas.steerFlow }) ask: z.output<typeof schemas.steerFlow>,
    @Asked() context: CommandContext,
  ) {
    return changedFlowBody(await this.dispatcher.command(new CancelFlow(context, steering(flowId, ask))));
  }
}

function steering(flowId: string, { operator, reason }: z.output<typeof schemas.steerFlow>) {
  return { flowId, reason, by: { kind: 'operator', id: operator } as const };
}

function unknown(flowId: string) {
  return refusalProblem({ type: 'UnknownFlow', flowId }, 0);
}
