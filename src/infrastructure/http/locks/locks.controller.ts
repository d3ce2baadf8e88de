import { Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { ListLocks } from '../../../application/queries/locks.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { cursorOf, keyOf } from '../asking/cursors.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { lockBody } from './lock-body.js';
import { listLocks, lockPage, nameText, scopeText } from './lock-schemas.js';

const lockKey = z.strictObject({ kind: z.enum(['task', 'phase']), scope: scopeText, name: nameText });

@ApiV1('locks', 'locks')
export class LocksController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('Locks of tasks and phases, now or as they were', lockPage, { refusals: [503] })
  async list(@Query({ schema: listLocks }) query: z.output<typeof listLocks>) {
    const { cursor, status, ...filter } = query;
    const ask = { ...filter, statuses: status, after: keyOf(cursor, lockKey) };
    const answer = await this.dispatcher.view(new ListLocks(ask));
    const { rows, next } = answer.value;
    return asSeen(answer, { locks: rows.map(lockBody), next: cursorOf(next) });
  }
}
