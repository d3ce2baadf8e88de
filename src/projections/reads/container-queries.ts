import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { FindContainer, ListContainers, ListDaemons, type ContainerRow } from '../../application/queries/containers.js';
import type { NotThereYet, Page, ViewAnswer } from '../../application/queries/view-answer.js';
import { liveStatuses } from '../../domain/container/container.js';
import { containers } from '../fleet/containers.js';
import { fleet } from '../fleet/fleet.js';
import { containerRowOf } from './fleet-rows.js';
import { limitOf, pageOf, selectRows, Where } from './select.js';
import { ViewReader } from './view-reader.js';

@QueryHandler(ListContainers)
export class ListContainersHandler implements IQueryHandler<ListContainers> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListContainers): Promise<ViewAnswer<Page<ContainerRow, string>> | NotThereYet> {
    const limit = limitOf(ask);
    const where = new Where()
      .and('player_id = ?', ask.player)
      .and('status = ANY(?)', ask.statuses)
      .and('container_type = ANY(?)', ask.containerTypes)
      .and('command_type = ANY(?)', ask.commandTypes)
      .and('parent_container_id = ?', ask.parentId)
      .and('ships::jsonb @> ?::jsonb', ask.ship === undefined ? undefined : JSON.stringify([ask.ship]))
      .and('container_id > ?', ask.after);
    return this.reader.answer([fleet], ask, async (connection) => {
      const rows = await selectRows(connection, containers, where, limit + 1);
      return pageOf(rows.map(containerRowOf), limit, ({ containerId }) => containerId);
    });
  }
}

@QueryHandler(FindContainer)
export class FindContainerHandler implements IQueryHandler<FindContainer> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: FindContainer): Promise<ViewAnswer<ContainerRow | null> | NotThereYet> {
    return this.reader.answer([fleet], ask, async (connection) => {
      const where = new Where().and('container_id = ?', ask.containerId);
      const [row] = await selectRows(connection, containers, where);
      return row ? containerRowOf(row) : null;
    });
  }
}

@QueryHandler(ListDaemons)
export class ListDaemonsHandler implements IQueryHandler<ListDaemons> {
  constructor(@Inject(ViewReader) private readonly reader: ViewReader) {}

  execute({ ask }: ListDaemons): Promise<ViewAnswer<readonly ContainerRow[]> | NotThereYet> {
    const where = new Where().and('status = ANY(?)', liveStatuses).and('player_id = ?', ask.player);
    return this.reader.answer([fleet], ask, async (connection) =>
      (await selectRows(connection, containers, where)).map(containerRowOf),
    );
  }
}
