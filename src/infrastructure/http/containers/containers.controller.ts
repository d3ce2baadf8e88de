import { Body, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { RemoveContainer } from '../../../application/containers/remove-container.js';
import { RestartContainer } from '../../../application/containers/restart-container.js';
import { StartContainer } from '../../../application/containers/start-container.js';
import { StartSingleton } from '../../../application/containers/start-singleton.js';
import { StopContainer } from '../../../application/containers/stop-container.js';
import { ContainerHistory } from '../../../application/custody/container-history.js';
import { ContainerInLog } from '../../../application/custody/container-in-log.js';
import { ContainerHealth } from '../../../application/health/container-health.js';
import type { Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import { DatabaseUnavailable } from '../../../application/ports/views.js';
import { FindContainer, ListContainers } from '../../../application/queries/containers.js';
import { liveStatuses } from '../../../domain/container/container.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { cursorOf, keyOf } from '../asking/cursors.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { historyBody, historyPageOf, historyQuery } from '../asking/history-body.js';
import { playerNumber } from '../asking/player-number.js';
import { Answers } from '../openapi/answers.js';
import { failure, refusalProblem } from '../problems.js';
import { historyPage } from '../schemas/answered.js';
import { containerId } from '../schemas/asked.js';
import { changedBody, startedBody } from './changed-body.js';
import { containerBody } from './container-body.js';
import { containerFromBody } from './container-from-body.js';
import * as schemas from './container-schemas.js';

@ApiV1('containers', 'containers')
export class ContainersController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
    @Inject(ContainerHealth) private readonly health: ContainerHealth,
  ) {}

  @Post()
  @Answers('Start a container and take its ships: all of that, or nothing', schemas.startedContainer, {
    status: 201,
    refusals: [404, 503],
  })
  async start(
    @Body({ schema: schemas.startContainer }) body: schemas.StartContainerBody,
    @Asked() context: CommandContext,
  ) {
    const { takeover, adoptObligations, scope } = body;
    const player = await playerNumber(this.dispatcher, body);
    const ask = {
      ...containerFromBody(player, body, context, this.policy),
      adoptsObligations: adoptObligations,
      takesOver: takeover ? { containerId: takeover.container } : null,
    };
    const start =
      scope === undefined ? new StartContainer(context, ask) : new StartSingleton(context, withoutId(ask), scope);
    return startedBody(await this.dispatcher.command(start), this.policy);
  }

  @Get()
  @Answers('Containers by id; live ones if nothing else is asked for', schemas.containerPage, { refusals: [503] })
  async list(@Query({ schema: schemas.listContainers }) query: z.output<typeof schemas.listContainers>) {
    const { all, status, type, parent, cursor, limit, ...filter } = query;
    const after = keyOf(cursor, containerId);
    const answer = await this.dispatcher.view(
      new ListContainers({
        ...filter,
        statuses: status ?? (all ? undefined : liveStatuses),
        containerTypes: type === undefined ? undefined : [type],
        parentId: parent,
        after,
        limit,
      }),
    );
    const { rows, next } = answer.value;
    return asSeen(answer, { containers: rows.map(containerBody), next: cursorOf(next) });
  }

  @Get(':id')
  @Answers('One container, an ended one too; from the log itself while the views are away', schemas.seenContainer, {
    refusals: [404, 503],
  })
  async one(
    @Param('id', { schema: containerId }) id: string,
    @Query({ schema: schemas.oneContainer }) query: z.output<typeof schemas.oneContainer>,
  ) {
    const found = this.dispatcher.view(new FindContainer({ containerId: id, ...query }));
    const { value, ...seen } = await found.catch((error: unknown) => this.#inLog(id, error));
    if (!value) throw refusalProblem({ type: 'UnknownContainer', containerId: id }, 0);
    return asSeen(seen, { container: containerBody(value), health: this.health.of(value) });
  }

  async #inLog(id: string, error: unknown) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    const { container: value, position } = await this.dispatcher.query(new ContainerInLog(id));
    return { value, position, ageMs: 0 };
  }

  @Post(':id/stop')
  @HttpCode(200)
  @Answers('Ask a container to stop; with its token, the worker says that it has', schemas.changedContainer, {
    refusals: [404],
  })
  async stop(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.stop }) ask: z.output<typeof schemas.stop>,
    @Asked() context: CommandContext,
  ) {
    return changedBody(await this.dispatcher.command(new StopContainer(context, { containerId: id, ...ask })));
  }

  @Post(':id/restart')
  @HttpCode(200)
  @Answers('Begin the next attempt of the same container, under new tokens', schemas.startedContainer, {
    refusals: [404, 503],
  })
  async restart(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.restart }) ask: z.output<typeof schemas.restart>,
    @Asked() context: CommandContext,
  ) {
    const answer = await this.dispatcher.command(new RestartContainer(context, { containerId: id, ...ask }));
    return startedBody(answer, this.policy);
  }

  @Delete(':id')
  @Answers('Take an ended container out of the lists; its history stays', schemas.changedContainer, {
    refusals: [404],
  })
  async remove(@Param('id', { schema: containerId }) id: string, @Asked() context: CommandContext) {
    return changedBody(await this.dispatcher.command(new RemoveContainer(context, id)));
  }

  @Get(':id/history')
  @Answers('Everything that was decided about a container, newest first', historyPage, { refusals: [404] })
  async history(
    @Param('id', { schema: containerId }) id: string,
    @Query({ schema: historyQuery }) query: z.output<typeof historyQuery>,
  ) {
    const page = await this.dispatcher.query(new ContainerHistory(id, historyPageOf(query)));
    if (page.events.length === 0 && query.cursor === undefined) throw failure('Unknown', `Container ${id} not found`);
    return historyBody(page);
  }
}

function withoutId({ containerId: _made, ...ask }: StartContainer['ask']): StartSingleton['ask'] {
  return ask;
}
