import { Get, Inject, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ExplainLease } from '../../../application/custody/explain-lease.js';
import { LeaseHistory } from '../../../application/custody/lease-history.js';
import { assignmentStatuses } from '../../../application/queries/assignments.js';
import { ListLocks, type LockKind } from '../../../application/queries/locks.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { historyBody, historyPageOf, historyQuery } from '../asking/history-body.js';
import { explanation } from '../leases/lease-schemas.js';
import { Answers } from '../openapi/answers.js';
import { refusalProblem } from '../problems.js';
import { historyPage } from '../schemas/answered.js';
import { explanationBody } from '../leases/explanation-body.js';
import { lockBody } from './lock-body.js';
import { kindText, nameText, oneLock, scopeText, seenLock } from './lock-schemas.js';

@ApiV1('locks/:kind/:scope/:name', 'locks')
export class LockController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('One lock, now or as it was', seenLock, { refusals: [404, 503] })
  async one(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Query({ schema: oneLock }) query: z.output<typeof oneLock>,
  ) {
    const ask = { kind, scope, name, statuses: assignmentStatuses, limit: 1, ...query };
    const answer = await this.dispatcher.view(new ListLocks(ask));
    const [found] = answer.value.rows;
    if (!found) throw refusalProblem({ type: 'NeverHeld', resource: { kind, scope, name } }, 0);
    return asSeen(answer, { lock: lockBody(found) });
  }

  @Get('why')
  @Answers('Why it is, or is not, to be had, and what can be done', explanation)
  async why(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
  ) {
    return explanationBody(await this.dispatcher.query(new ExplainLease({ kind, scope, name })));
  }

  @Get('history')
  @Answers('Who had it, since when, and why it was freed, newest first', historyPage, { refusals: [404] })
  async history(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Query({ schema: historyQuery }) query: z.output<typeof historyQuery>,
  ) {
    const resource = { kind, scope, name };
    const page = await this.dispatcher.query(new LeaseHistory(resource, historyPageOf(query)));
    if (page.events.length === 0 && query.cursor === undefined) {
      throw refusalProblem({ type: 'NeverHeld', resource }, 0);
    }
    return historyBody(page);
  }
}
