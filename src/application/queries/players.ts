import { Query } from '@nestjs/cqrs';
import type { Freshness, NotThereYet, ViewAnswer } from './view-answer.js';

export interface PlayerRow {
  readonly player: number;
  readonly agentSymbol: string;
  readonly registeredAtMs: number;
}

/** Players by id. */
export class ListPlayers extends Query<ViewAnswer<readonly PlayerRow[]> | NotThereYet> {
  constructor(readonly ask: Freshness = {}) {
    super();
  }
}
