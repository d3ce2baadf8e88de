import { Body, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { AcquireLease } from '../../../application/leases/acquire-lease.js';
import { HandOverLease } from '../../../application/leases/hand-over-lease.js';
import { ReleaseDeadProcess } from '../../../application/leases/release-dead-process.js';
import { ReleaseLease } from '../../../application/leases/release-lease.js';
import { RenewLease } from '../../../application/liveness/renew-lease.js';
import { ttlOfKind, type Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import type { LockKind } from '../../../application/queries/locks.js';
import { ApiV1 } from '../asking/api.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { holderWait } from '../asking/holder-wait.js';
import * as lease from '../leases/lease-schemas.js';
import { Answers } from '../openapi/answers.js';
import { freedBody, grantedBody, renewedBody } from '../leases/lease-bodies.js';
import * as schemas from './lock-schemas.js';

const { kindText, nameText, scopeText } = schemas;

/** The lease of a task or a phase, for any session: the same as a ship's. */
@ApiV1('locks/:kind/:scope/:name/lease', 'locks')
export class LockLeaseController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers('Take the lock; who has it already keeps the same token', lease.grantedLease)
  async acquire(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Body({ schema: schemas.acquireLock }) ask: z.output<typeof schemas.acquireLock>,
    @Asked() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { holder, operation, owner, process, waitMs, ttlMs = ttlOfKind(kind, this.policy) } = ask;
    const answer = await this.dispatcher.command(
      new AcquireLease(
        context,
        {
          resource: { kind, scope, name },
          holder: { kind: 'agent', id: holder, attempt: 1 },
          ...{ operation, ttlMs, adoptsObligations: false },
          ...(owner !== undefined && { owner }),
          ...(process && { process }),
        },
        holderWait(waitMs, reply),
      ),
    );
    return grantedBody(answer, this.policy);
  }

  @Post('renew')
  @HttpCode(200)
  @Answers('A renewal by the holder', lease.renewedLease, { refusals: [404] })
  async renew(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Body({ schema: lease.renewLease }) { cursor = null, ...renewal }: z.output<typeof lease.renewLease>,
  ) {
    const renew = new RenewLease({ kind, scope, name }, { cursor, ...renewal });
    return renewedBody(await this.dispatcher.command(renew), renewal.quietForMs, this.policy);
  }

  @Post('release')
  @HttpCode(200)
  @Answers('Give the lock back; a repeat changes nothing', lease.freedLease, { refusals: [404] })
  async release(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Body({ schema: lease.releaseLease }) ask: z.output<typeof lease.releaseLease>,
    @Asked() context: CommandContext,
  ) {
    const holder = ask.holder === undefined ? null : { id: ask.holder };
    const release = { resource: { kind, scope, name }, ...ask, holder, by: null };
    return freedBody(await this.dispatcher.command(new ReleaseLease(context, release)));
  }

  @Post('dead-process')
  @HttpCode(200)
  @Answers('Report that the process of the holder is gone: it must be the one the holder named', lease.freedLease, {
    refusals: [404],
  })
  async deadProcess(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Body({ schema: schemas.deadProcess }) { observedBy, ...ask }: z.output<typeof schemas.deadProcess>,
    @Asked() context: CommandContext,
  ) {
    const by = { kind: 'system', id: observedBy } as const;
    const report = new ReleaseDeadProcess(context, { resource: { kind, scope, name }, ...ask, by });
    return freedBody(await this.dispatcher.command(report));
  }

  @Post('hand-over')
  @HttpCode(200)
  @Answers('Pass the lock to a named successor, without an idle gap', lease.grantedLease, { refusals: [404] })
  async handOver(
    @Param('kind', { schema: kindText }) kind: LockKind,
    @Param('scope', { schema: scopeText }) scope: string,
    @Param('name', { schema: nameText }) name: string,
    @Body({ schema: schemas.handOverLock }) ask: z.output<typeof schemas.handOverLock>,
    @Asked() context: CommandContext,
  ) {
    const answer = await this.dispatcher.command(
      new HandOverLease(context, {
        resource: { kind, scope, name },
        from: { id: ask.from, token: ask.token },
        to: { kind: 'agent', id: ask.to, attempt: 1 },
        operation: ask.operation ?? null,
        ttlMs: ask.ttlMs ?? ttlOfKind(kind, this.policy),
        reason: ask.reason,
        by: { kind: 'holder', id: ask.from },
      }),
    );
    return grantedBody(answer, this.policy);
  }
}
