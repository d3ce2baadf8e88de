import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { containerStream } from '../../domain/container/container.js';
import type { EventStore } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';
import { historyOf, type HistoryPage } from './lease-history.js';

export class ContainerHistory extends Query<HistoryPage> {
  constructor(
    readonly containerId: string,
    readonly page: { readonly from?: bigint; readonly limit: number },
  ) {
    super();
  }
}

@QueryHandler(ContainerHistory)
export class ContainerHistoryHandler implements IQueryHandler<ContainerHistory> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  execute({ containerId, page }: ContainerHistory): Promise<HistoryPage> {
    return historyOf(this.store, containerStream(containerId), page);
  }
}
