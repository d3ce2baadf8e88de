import { CqrsModule, QueryBus, type Query } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { CLOCK, EVENT_STORE } from '../../../src/application/ports/tokens.js';
import { DATABASE, PROJECTIONS } from '../../../src/application/ports/views.js';
import type { NotThereYet, ViewAnswer } from '../../../src/application/queries/view-answer.js';
import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { shipResource } from '../../../src/domain/lease/resource.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { viewProviders } from '../../../src/projections/reads/query-handlers.js';
import { views } from '../../../src/projections/views.js';
import { examples } from '../../support/examples.js';
import { World } from './world.js';

export const markets = ['X1-TS98-A1', 'X1-TS98-B2', 'X1-TS98-C3'];
export const shipOf = (player: number, ship: string) => shipResource(player, ship);
export const idOf = (ship: string) => `scout-tour-${ship}-85834fb5`;

/** A ship held by a container that flies a tour. */
export function tour(player: number, ship: string, params: object = { system: 'X1-TS98', markets }): DomainEvent[] {
  const containerId = idOf(ship);
  const config = { command_type: 'ScoutTourCommand', params: { ship_symbol: ship, ...params }, iterations: -1 };
  const { container, lease } = examples;
  return [
    lease.granted({
      resource: shipOf(player, ship),
      holder: examples.holder({ id: containerId }),
      operation: 'command',
    }),
    container.created({ containerId, player, containerType: 'command', ships: [ship], config }),
    container.starting({ containerId }),
    container.started({ containerId, leases: [{ ship, token: 1 }] }),
  ];
}

/** A ship that an agent had for a second. */
export function idle(player: number, ship: string): DomainEvent[] {
  const of = { resource: shipOf(player, ship), holder: examples.agent() };
  const atMs = examples.atMs + 1_000;
  return [examples.lease.granted({ ...of, operation: 'mine' }), examples.lease.released({ ...of, atMs })];
}

type Asked<T> = Query<ViewAnswer<T> | NotThereYet | { readonly type: 'UnknownSystem' }>;

/** A world whose views are asked through the query bus, as the doors do. */
export class Asking {
  head = 0n;

  private constructor(
    readonly world: World,
    private readonly module: TestingModule,
  ) {}

  static async open(): Promise<Asking> {
    const world = await World.open();
    const projecting = world.project();
    const module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [
        ...viewProviders,
        { provide: CLOCK, useValue: systemClock },
        { provide: DATABASE, useValue: world.database },
        { provide: EVENT_STORE, useValue: world.store },
        { provide: PROJECTIONS, useValue: projecting },
      ],
    }).compile();
    await module.init();
    return new Asking(world, module);
  }

  /** Writes, and waits until every view reflects it. */
  async write(...events: readonly DomainEvent[]): Promise<void> {
    this.head = await this.world.writer.write(...events);
    for (const { name } of views) await this.world.reached(this.head, name);
  }

  ask<T>(query: Query<T>): Promise<T> {
    return this.module.get(QueryBus).execute(query);
  }

  async value<T>(query: Asked<T>): Promise<T> {
    const answer = await this.ask(query);
    if (answer.type !== 'Answered') throw new Error(answer.type);
    return answer.value;
  }

  async close(): Promise<void> {
    await this.module.close();
    await this.world.close();
  }
}
