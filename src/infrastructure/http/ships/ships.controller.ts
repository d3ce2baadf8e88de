import { Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { FindAssignments, ListAssignments } from '../../../application/queries/assignments.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { cursorOf, keyOf } from '../asking/cursors.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { player, symbol } from '../schemas/asked.js';
import { shipBody } from './ship-body.js';
import { listShips, shipPage } from './ship-schemas.js';

const shipKey = z.strictObject({ player, ship: symbol });

@ApiV1('ships', 'ships')
export class ShipsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('Ships with their leases, now or as they were', shipPage, { refusals: [503] })
  async list(@Query({ schema: listShips }) query: z.output<typeof listShips>) {
    const { cursor, limit, status, container, symbol, ...filter } = query;
    if (symbol !== undefined) return this.#bySymbol(symbol, query);
    const answer = await this.dispatcher.view(
      new ListAssignments({
        ...filter,
        statuses: status,
        containerId: container,
        after: keyOf(cursor, shipKey),
        limit,
      }),
    );
    const { rows, next } = answer.value;
    return asSeen(answer, { ships: rows.map(shipBody), next: cursorOf(next) });
  }

  async #bySymbol(ship: string, { player, asOf, minPosition, status }: z.output<typeof listShips>) {
    const answer = await this.dispatcher.view(new FindAssignments({ ship, player, asOf, minPosition }));
    const ships = answer.value.filter((each) => !status || status.includes(each.status));
    return asSeen(answer, { ships: ships.map(shipBody), next: null });
  }
}
