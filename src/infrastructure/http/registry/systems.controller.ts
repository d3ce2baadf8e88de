import { Body, Get, Inject, Param, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { FindSystem, ListSystems } from '../../../application/queries/systems.js';
import { readChart } from '../../../application/registry/chart-file.js';
import { ChartSystem } from '../../../application/registry/chart-system.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { BulkBody } from '../edge/bulk-body.js';
import { Answers } from '../openapi/answers.js';
import { failure, neverCharted } from '../problems.js';
import { symbol } from '../schemas/asked.js';
import * as schemas from './registry-schemas.js';

@ApiV1('systems', 'systems')
export class SystemsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('The charted systems', schemas.systemList, { refusals: [503] })
  async list(@Query({ schema: schemas.fresh }) query: z.output<typeof schemas.fresh>) {
    const answer = await this.dispatcher.view(new ListSystems(query));
    const systems = answer.value.map(({ lastUpdatedMs, ...summary }) => ({ ...summary, updatedAtMs: lastUpdatedMs }));
    return asSeen(answer, { systems });
  }

  @Get(':symbol')
  @Answers('The chart of one system', schemas.seenSystem, { refusals: [404, 503] })
  async one(
    @Param('symbol', { schema: symbol }) system: string,
    @Query({ schema: schemas.fresh }) query: z.output<typeof schemas.fresh>,
  ) {
    const answer = await this.dispatcher.view(new FindSystem({ system, ...query }));
    if (!answer.value) throw neverCharted(system);
    const { chart, lastUpdatedMs } = answer.value;
    return asSeen(answer, { system: chart, updatedAtMs: lastUpdatedMs });
  }

  @Put(':symbol')
  @BulkBody()
  @Answers('Chart a system; an equal chart writes nothing', schemas.chartedSystem)
  async chart(
    @Param('symbol', { schema: symbol }) system: string,
    @Body({ schema: schemas.chartFile }) file: z.output<typeof schemas.chartFile>,
    @Asked() context: CommandContext,
  ) {
    const read = readChart(file, system);
    if (read.type === 'UnreadableChart') throw failure('UnreadableChart', `This is no chart: ${read.reason}`);
    const { symbol, type, waypoints } = read.chart;
    const { outcome, position } = await this.dispatcher.command(new ChartSystem(context, read.chart));
    const charted = { symbol, type, waypoints: waypoints.length };
    return { system: charted, already: outcome.already, position: String(position) };
  }
}
