import { Body, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import type { LockKind } from '../../../application/queries/locks.js';
import { ApiV1 } from '../asking/api.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import * as lease from '../leases/lease-schemas.js';
import { breakOrPreview, liftOrPreview, reserveOrPreview } from '../leases/operator-acts.js';
import { Answers } from '../openapi/answers.js';
import { kindText, nameText, scopeText } from './lock-schemas.js';

/** What an operator may do to a lock: always with a reason, always in the log. */
@ApiV1('locks/:kind/:scope/:name/lease', 'locks')
export class LockOperatorController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Post('reserve')
  @HttpCode(200)
  @Answers('Keep it for an operator, until it is lifted', lease.reservedOrNot)
  reserve(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Body({ schema: lease.reserveLease }) ask: z.output<typeof lease.reserveLease>,
    @Asked() context: CommandContext,
  ) {
    return reserveOrPreview({ dispatcher: this.dispatcher, context, resource: { kind, scope, name }, ask });
  }

  @Post('lift')
  @HttpCode(200)
  @Answers('Lift a reservation', lease.liftedReservation)
  lift(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Body({ schema: lease.liftReservation }) ask: z.output<typeof lease.liftReservation>,
    @Asked() context: CommandContext,
  ) {
    return liftOrPreview({ dispatcher: this.dispatcher, context, resource: { kind, scope, name }, ask });
  }

  @Post('break')
  @HttpCode(200)
  @Answers('Take the lock from its living holder; or only say what would happen', lease.brokenLease)
  break(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Body({ schema: lease.breakLease }) ask: z.output<typeof lease.breakLease>,
    @Asked() context: CommandContext,
  ) {
    return breakOrPreview({ dispatcher: this.dispatcher, context, resource: { kind, scope, name }, ask });
  }
}
