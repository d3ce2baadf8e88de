import { Body, HttpCode, Inject, Post } from '@nestjs/common';
import type { CommandContext } from '../../../application/command-context.js';
import { BulkReleaseLeases } from '../../../application/leases/bulk-release.js';
import { ApiV1 } from '../asking/api.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { failure } from '../problems.js';
import { bulkReleasedBody, selectorOf } from './bulk-bodies.js';
import { bulkRelease, bulkReleased, type BulkReleaseBody } from './bulk-schemas.js';

@ApiV1('leases', 'leases')
export class LeasesController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Post('release')
  @HttpCode(200)
  @Answers('Release several leases of one player, whoever holds them; their containers end', bulkReleased)
  async release(@Body({ schema: bulkRelease }) body: BulkReleaseBody, @Asked() context: CommandContext) {
    const { operator, reason, preview, max } = body;
    const { outcome, position } = await this.dispatcher.command(
      new BulkReleaseLeases(context, { selector: selectorOf(body), operator, reason, preview, max }),
    );
    if (outcome.type === 'TooManySelected') {
      const { selected } = outcome;
      throw failure('TooMany', `The selection has ${selected} leases and max is ${max}. Nothing was released.`, {
        extensions: { selected, max },
      });
    }
    return bulkReleasedBody({ outcome, position }, preview);
  }
}
