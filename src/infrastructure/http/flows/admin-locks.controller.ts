import { Controller, Delete, Get, Inject, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { ExplainLease, type Explanation } from '../../../application/custody/explain-lease.js';
import { FlowInLog } from '../../../application/flows/flow-in-log.js';
import { BreakLease } from '../../../application/leases/operator-acts.js';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/tokens.js';
import { ListLocks } from '../../../application/queries/locks.js';
import { phaseNamed, phaseResource } from '../../../domain/flow/flow.js';
import { asSeen, SeenHeaders } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { cursorOf, keyOf } from '../asking/cursors.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { OnceOnly } from '../asking/once-only.interceptor.js';
import { Answers } from '../openapi/answers.js';
import { explanationBody } from '../leases/explanation-body.js';
import { freedOrNotBody } from '../leases/lease-bodies.js';
import { freedOrNot } from '../leases/lease-schemas.js';
import { refusalProblem } from '../problems.js';
import { phaseLockBody } from './flow-bodies.js';
import * as schemas from './flow-schemas.js';

const place = z.object({ kind: z.literal('phase'), scope: z.string(), name: z.string() });

/** The locks of phases for whoever looks after them. What was seen in the view is told as the log has it. */
@Controller('admin/locks')
@ApiTags('flows')
@UseInterceptors(OnceOnly, SeenHeaders)
export class AdminLocksController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Answers('Phases that are executed: by whom, since when, and until when without a renewal', schemas.lockPage, {
    refusals: [503],
  })
  async list(@Query({ schema: schemas.listLocks }) { cursor, ...query }: z.output<typeof schemas.listLocks>) {
    const after = keyOf(cursor, place);
    const answer = await this.dispatcher.view(new ListLocks({ kind: 'phase', after, ...query }));
    const { rows, next } = answer.value;
    const locks = await Promise.all(rows.map(({ resource: { scope, name } }) => this.#lockOf(scope, name)));
    return asSeen(answer, { locks: locks.filter(({ locked }) => locked), next: cursorOf(next) });
  }

  async #lockOf(flowId: string, phase: string) {
    const why = await this.dispatcher.query(new ExplainLease(phaseResource(flowId, phase)));
    return phaseLockBody(flowId, phase, why, this.clock.nowMs());
  }

  @Get(':flow/:phase')
  @Answers('One lock, held or free, and why', schemas.oneLock, { refusals: [404] })
  async one(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Param('phase', { schema: schemas.phaseName }) phase: string,
  ) {
    const why = await this.#explained(flowId, phase);
    return { lock: phaseLockBody(flowId, phase, why, this.clock.nowMs()), why: explanationBody(why) };
  }

  /** @throws ProblemError where neither a flow nor the history of locks knows of such a phase */
  async #explained(flowId: string, phase: string): Promise<Explanation> {
    const why = await this.dispatcher.query(new ExplainLease(phaseResource(flowId, phase)));
    if (why.lastToken > 0) return why;
    const { flow } = await this.dispatcher.query(new FlowInLog(flowId));
    if (!flow) throw refusalProblem({ type: 'UnknownFlow', flowId }, this.clock.nowMs());
    if (phaseNamed(flow, phase)) return why;
    const phases = flow.phases.map(({ name }) => name);
    throw refusalProblem({ type: 'UnknownPhase', flowId, phase, phases }, this.clock.nowMs());
  }

  @Delete(':flow/:phase')
  @Answers(
    'Take the lock from whoever has it, for a reason that stays in the log; the loser is refused from now on',
    freedOrNot,
    { refusals: [404] },
  )
  async break(
    @Param('flow', { schema: schemas.flowId }) flowId: string,
    @Param('phase', { schema: schemas.phaseName }) phase: string,
    @Query({ schema: schemas.breakLock }) ask: z.output<typeof schemas.breakLock>,
    @Asked() context: CommandContext,
  ) {
    const { resource } = await this.#explained(flowId, phase);
    return freedOrNotBody(await this.dispatcher.command(new BreakLease(context, { resource, ...ask })));
  }
}
