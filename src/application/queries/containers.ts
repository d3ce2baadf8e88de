import { Query } from '@nestjs/cqrs';
import type { ContainerSnapshot, ContainerStatus } from '../../domain/container/events.js';
import type { Freshness, NotThereYet, Page, Paging, ViewAnswer } from './view-answer.js';

/** A container as the view has it; `config` is readable as the bot's own SQL reads it (`command_type`, `params`). */
export interface ContainerRow extends Omit<ContainerSnapshot, 'progress' | 'removed'> {
  /** The number that its holder proves itself by. */
  readonly token: number;
  readonly revision: bigint;
  readonly position: bigint;
}

export interface ContainerFilter {
  readonly player?: number | undefined;
  readonly statuses?: readonly ContainerStatus[] | undefined;
  readonly containerTypes?: readonly string[] | undefined;
  readonly commandTypes?: readonly string[] | undefined;
  readonly parentId?: string | undefined;
  /** Containers that name this ship as theirs. */
  readonly ship?: string | undefined;
}

/** Containers by id. */
export class ListContainers extends Query<ViewAnswer<Page<ContainerRow, string>> | NotThereYet> {
  constructor(readonly ask: ContainerFilter & Paging<string> & Freshness = {}) {
    super();
  }
}

/** One container; null when there is none. */
export class FindContainer extends Query<ViewAnswer<ContainerRow | null> | NotThereYet> {
  constructor(readonly ask: { readonly containerId: string } & Freshness) {
    super();
  }
}

/** The containers in a live status, by id: what the bot API calls daemons. */
export class ListDaemons extends Query<ViewAnswer<readonly ContainerRow[]> | NotThereYet> {
  constructor(readonly ask: { readonly player?: number | undefined } & Freshness = {}) {
    super();
  }
}
