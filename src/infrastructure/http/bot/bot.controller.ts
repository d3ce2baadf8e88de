import { Get, Inject, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import {
  assignmentStatuses,
  FindAssignments,
  ListAssignments,
  SummariseOperations,
  type Assignment,
  type AssignmentKey,
} from '../../../application/queries/assignments.js';
import { ListDaemons } from '../../../application/queries/containers.js';
import { ListMarkets } from '../../../application/queries/markets.js';
import { ListPlayers } from '../../../application/queries/players.js';
import { FindSystem } from '../../../application/queries/systems.js';
import { ListTours } from '../../../application/queries/tours.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { failure } from '../problems.js';
import { symbol } from '../schemas/asked.js';
import { BotApi, seenBare } from './bot-api.js';
import { botAssignment, botDaemon, botGraph, botMarket, botTour } from './bot-bodies.js';
import * as schemas from './bot-schemas.js';

const refusals = [503];

/** What the bot's visualizer calls, with the fields it knows. */
@BotApi()
export class BotController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get('tours/:systemSymbol')
  @Answers('Scout tours in a system: those that live and hold their ship', schemas.tours, { refusals: [404, 503] })
  async tours(
    @Param('systemSymbol', { schema: symbol }) system: string,
    @Query({ schema: schemas.botQuery }) { player_id: player, ...fresh }: schemas.BotQuery,
  ) {
    const answer = await this.dispatcher.view(new ListTours({ system, player, ...fresh }));
    if (answer.type === 'UnknownSystem') throw failure('Unknown', 'System graph not found');
    return seenBare(answer, { tours: answer.value.map(botTour) });
  }

  @Get('assignments')
  @Answers('Ships that are held', schemas.assignments, { refusals })
  async assignments(
    @Query({ schema: schemas.botShipQuery })
    { player_id: player, all, minPosition }: z.output<typeof schemas.botShipQuery>,
  ) {
    const statuses = all ? assignmentStatuses : undefined;
    const found: Assignment[] = [];
    let after: AssignmentKey | undefined;
    for (;;) {
      const answer = await this.dispatcher.view(
        new ListAssignments({ player, statuses, minPosition, after, limit: 1_000 }),
      );
      found.push(...answer.value.rows);
      if (!answer.value.next) return seenBare(answer, { assignments: found.map(botAssignment) });
      after = answer.value.next;
    }
  }

  @Get('assignments/:shipSymbol')
  @Answers('One ship, an idle one too', schemas.oneAssignment, { refusals: [404, 503] })
  async assignment(
    @Param('shipSymbol', { schema: symbol }) ship: string,
    @Query({ schema: schemas.botQuery }) { player_id: player, ...fresh }: schemas.BotQuery,
  ) {
    const answer = await this.dispatcher.view(new FindAssignments({ ship, player, ...fresh }));
    const found = answer.value.find(({ status }) => status !== 'idle') ?? answer.value[0];
    if (!found) throw failure('Unknown', 'Assignment not found');
    return seenBare(answer, { assignment: botAssignment(found) });
  }

  @Get('daemons')
  @Answers('The containers that live', schemas.daemons, { refusals })
  async daemons(@Query({ schema: schemas.botQuery }) { player_id: player, ...fresh }: schemas.BotQuery) {
    const answer = await this.dispatcher.view(new ListDaemons({ player, ...fresh }));
    return seenBare(answer, { daemons: answer.value.map(botDaemon) });
  }

  @Get('players')
  @Answers('Players by id', schemas.players, { refusals })
  async players(@Query({ schema: schemas.botQuery }) { minPosition }: schemas.BotQuery) {
    const answer = await this.dispatcher.view(new ListPlayers({ minPosition }));
    const players = answer.value.map(({ player, agentSymbol }) => ({ player_id: player, agent_symbol: agentSymbol }));
    return seenBare(answer, { players });
  }

  @Get('operations/summary')
  @Answers('How many ships do what', schemas.summary, { refusals })
  async summary(@Query({ schema: schemas.botQuery }) { player_id: player, ...fresh }: schemas.BotQuery) {
    const answer = await this.dispatcher.view(new SummariseOperations({ player, ...fresh }));
    const summary = answer.value.map(({ operation, count, status }) => ({ operation, count, status }));
    return seenBare(answer, { summary });
  }

  @Get('markets/:systemSymbol')
  @Answers('The markets of a system as they were last seen', schemas.markets, { refusals })
  async markets(
    @Param('systemSymbol', { schema: symbol }) system: string,
    @Query({ schema: schemas.botQuery }) { minPosition }: schemas.BotQuery,
  ) {
    const answer = await this.dispatcher.view(new ListMarkets({ system, minPosition }));
    return seenBare(answer, { markets: answer.value.map(botMarket) });
  }

  @Get('markets/:systemSymbol/freshness')
  @Answers('When the markets of a system were last seen', schemas.freshness, { refusals })
  async freshness(
    @Param('systemSymbol', { schema: symbol }) system: string,
    @Query({ schema: schemas.botQuery }) { minPosition }: schemas.BotQuery,
  ) {
    const answer = await this.dispatcher.view(new ListMarkets({ system, minPosition }));
    const freshness = answer.value.map((market) => {
      const { waypoint_symbol, last_updated } = botMarket(market);
      return { waypoint_symbol, last_updated };
    });
    return seenBare(answer, { freshness });
  }

  @Get('graph/:systemSymbol')
  @Answers('The chart of a system', schemas.graph, { refusals: [404, 503] })
  async graph(
    @Param('systemSymbol', { schema: symbol }) system: string,
    @Query({ schema: schemas.botQuery }) { minPosition }: schemas.BotQuery,
  ) {
    const answer = await this.dispatcher.view(new FindSystem({ system, minPosition }));
    if (!answer.value) throw failure('Unknown', 'Graph not found');
    return seenBare(answer, { graph: botGraph(answer.value) });
  }
}
