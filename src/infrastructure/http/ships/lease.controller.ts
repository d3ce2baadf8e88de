import { Body, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { AcquireLease } from '../../../application/leases/acquire-lease.js';
import { HandOverLease } from '../../../application/leases/hand-over-lease.js';
import { ReleaseLease } from '../../../application/leases/release-lease.js';
import { RenewLease } from '../../../application/liveness/renew-lease.js';
import type { Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import { shipResource } from '../../../domain/lease/resource.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { playerText, symbol } from '../schemas/asked.js';
import { freedBody, grantedBody, renewedBody } from '../leases/lease-bodies.js';
import { ApiOfShip } from './api-of-ship.js';
import * as schemas from '../leases/lease-schemas.js';

/** The lease of a ship, for holders that are not containers: a container has its leases from its start to its end. */
@ApiOfShip('/lease')
export class LeaseController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers('Take the lease; who has it already keeps the same token', schemas.grantedLease)
  async acquire(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.acquireLease }) ask: z.output<typeof schemas.acquireLease>,
    @Asked() context: CommandContext,
  ) {
    const answer = await this.dispatcher.command(
      new AcquireLease(context, {
        resource: shipResource(player, ship),
        holder: { kind: 'agent', id: ask.holder, attempt: 1 },
        operation: ask.operation,
        ttlMs: ask.ttlMs ?? this.policy.shipTtlMs,
        adoptsObligations: ask.adoptObligations,
      }),
    );
    return grantedBody(answer, this.policy);
  }

  @Post('renew')
  @HttpCode(200)
  @Answers('A renewal by the holder', schemas.renewedLease, { refusals: [404] })
  async renew(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.renewLease }) { cursor = null, ...renewal }: z.output<typeof schemas.renewLease>,
  ) {
    const answer = await this.dispatcher.command(new RenewLease(shipResource(player, ship), { cursor, ...renewal }));
    return renewedBody(answer, renewal.quietForMs, this.policy);
  }

  @Post('release')
  @HttpCode(200)
  @Answers('Give the lease back; a repeat changes nothing', schemas.freedLease, { refusals: [404] })
  async release(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.releaseLease }) ask: z.output<typeof schemas.releaseLease>,
    @Asked() context: CommandContext,
  ) {
    const holder = ask.holder === undefined ? null : { id: ask.holder };
    const resource = shipResource(player, ship);
    return freedBody(await this.dispatcher.command(new ReleaseLease(context, { resource, ...ask, holder, by: null })));
  }

  @Post('hand-over')
  @HttpCode(200)
  @Answers('Pass the lease to a named successor, without an idle gap', schemas.grantedLease, { refusals: [404] })
  async handOver(
    @Param('player', { schema: playerText }) player: number,
    @Param('symbol', { schema: symbol }) ship: string,
    @Body({ schema: schemas.handOverLease }) ask: z.output<typeof schemas.handOverLease>,
    @Asked() context: CommandContext,
  ) {
    const answer = await this.dispatcher.command(
      new HandOverLease(context, {
        resource: shipResource(player, ship),
        from: { id: ask.from, token: ask.token },
        to: { kind: 'agent', id: ask.to, attempt: 1 },
        operation: ask.operation ?? null,
        ttlMs: ask.ttlMs ?? this.policy.shipTtlMs,
        reason: ask.reason,
        by: { kind: 'holder', id: ask.from },
      }),
    );
    return grantedBody(answer, this.policy);
  }
}
