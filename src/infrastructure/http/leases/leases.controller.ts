import { Body, HttpCode, Inject, Post } from '@nestjs/common';
import type { CommandContext } from '../../../application/command-context.js';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/tokens.js';
import { ApiV1 } from '../asking/api.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { foreseen, releaseSeen, selectHeld } from './bulk-release.js';
import { bulkRelease, bulkReleased, type BulkReleaseBody } from './bulk-schemas.js';

@ApiV1('leases', 'leases')
export class LeasesController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('release')
  @HttpCode(200)
  @Answers('Release several leases of one player, whoever holds them; their containers end', bulkReleased, {
    refusals: [422, 503],
  })
  async release(@Body({ schema: bulkRelease }) ask: BulkReleaseBody, @Asked() context: CommandContext) {
    const nowMs = this.clock.nowMs();
    const held = await selectHeld(this.dispatcher, ask, nowMs);
    const leases = [];
    let last = 0n;
    for (const seen of held) {
      const { position, ...result } = ask.preview
        ? foreseen(seen)
        : await releaseSeen(this.dispatcher, context, seen, ask);
      if (position > last) last = position;
      const heldForMs = nowMs - (seen.assignedAtMs ?? nowMs);
      leases.push({ ship: seen.ship, token: seen.token, holder: seen.holder, heldForMs, ...result });
    }
    return {
      preview: ask.preview,
      selected: leases.length,
      released: leases.filter(({ released }) => released).length,
      leases,
      position: String(last),
    };
  }
}
