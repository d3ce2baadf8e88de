import { Body, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { EndContainer } from '../../../application/containers/end-container.js';
import { ReportProgress, type ProgressReport } from '../../../application/containers/report-progress.js';
import { RenewContainer } from '../../../application/liveness/renew-container.js';
import type { Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import { ApiV1 } from '../asking/api.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { containerId } from '../schemas/asked.js';
import { changedBody } from './changed-body.js';
import * as schemas from './container-schemas.js';
import { renewedContainerBody } from './renewed-container-body.js';

const refusals = [404];

/** What the worker of a container says of it, each time under the token of its attempt. */
@ApiV1('containers/:id', 'containers')
export class WorkerController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  @Post('heartbeat')
  @HttpCode(200)
  @Answers('A renewal by the worker; the answer says whether to go on', schemas.renewedContainer, { refusals })
  async renew(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.renewContainer }) { cursor = null, ...renewal }: z.output<typeof schemas.renewContainer>,
  ) {
    const answer = await this.dispatcher.command(new RenewContainer(id, { cursor, ...renewal }));
    return renewedContainerBody(answer, renewal.quietForMs, this.policy);
  }

  @Post('iterations')
  @HttpCode(200)
  @Answers('One more iteration is done', schemas.changedContainer, { refusals })
  iteration(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.iteration }) { report = {}, ...body }: z.output<typeof schemas.iteration>,
    @Asked() context: CommandContext,
  ) {
    return this.#report(context, id, { type: 'iteration', report, ...body });
  }

  @Post('visits')
  @HttpCode(200)
  @Answers('A market of the tour was visited', schemas.changedContainer, { refusals })
  visit(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.visit }) body: z.output<typeof schemas.visit>,
    @Asked() context: CommandContext,
  ) {
    return this.#report(context, id, { type: 'visit', ...body });
  }

  @Post('metadata')
  @HttpCode(200)
  @Answers('Merge entries into the metadata', schemas.changedContainer, { refusals })
  metadata(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.metadata }) body: z.output<typeof schemas.metadata>,
    @Asked() context: CommandContext,
  ) {
    return this.#report(context, id, { type: 'metadata', ...body });
  }

  @Post('complete')
  @HttpCode(200)
  @Answers('The attempt ended well', schemas.changedContainer, { refusals })
  async complete(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.complete }) { token }: z.output<typeof schemas.complete>,
    @Asked() context: CommandContext,
  ) {
    const ended = new EndContainer(context, id, token, { type: 'completed' });
    return changedBody(await this.dispatcher.command(ended));
  }

  @Post('fail')
  @HttpCode(200)
  @Answers('The attempt failed; `restart` says whether and when there is another', schemas.changedContainer, {
    refusals,
  })
  async fail(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.fail }) { token, error, permanent }: z.output<typeof schemas.fail>,
    @Asked() context: CommandContext,
  ) {
    const ended = new EndContainer(context, id, token, { type: 'failed', error, permanent });
    return changedBody(await this.dispatcher.command(ended));
  }

  async #report(context: CommandContext, id: string, report: ProgressReport) {
    return changedBody(await this.dispatcher.command(new ReportProgress(context, id, report)));
  }
}
