import { Get, Inject, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ExplainLease } from '../../../application/custody/explain-lease.js';
import { LeaseHistory } from '../../../application/custody/lease-history.js';
import type { LockKind } from '../../../application/queries/locks.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { historyBody, historyPageOf, historyQuery } from '../asking/history-body.js';
import { explanation } from '../leases/lease-schemas.js';
import { Answers } from '../openapi/answers.js';
import { refusalProblem } from '../problems.js';
import { historyPage } from '../schemas/answered.js';
import { explanationBody } from '../leases/explanation-body.js';
import { kindText, nameText, scopeText } from './lock-schemas.js';

@ApiV1('locks/:kind/:scope/:name', 'locks')
export class LockController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('One lock as the log has it: who holds it and why, and what can be done', explanation)
  one(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
  ) {
    return this.#explained(kind, scope, name);
  }

  @Get('why')
  @Answers('Why it is, or is not, to be had, and what can be done', explanation)
  why(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
  ) {
    return this.#explained(kind, scope, name);
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

  async #explained(kind: LockKind, scope: string, name: string) {
    return explanationBody(await this.dispatcher.query(new ExplainLease({ kind, scope, name })));
  }
}
