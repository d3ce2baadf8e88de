import { Inject } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EventStore } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';
import { ListPlayers, type PlayerRow } from '../queries/players.js';
import type { Freshness, NotThereYet } from '../queries/view-answer.js';

/** A player as people name one: by number, or by agent. */
export interface PlayerName {
  readonly player?: number | undefined;
  readonly agent?: string | undefined;
}

export type FoundPlayer =
  | { readonly type: 'Found'; readonly player: number }
  | { readonly type: 'NobodyNamed' }
  | { readonly type: 'UnknownAgent'; readonly agent: string };

/** A number is taken as it is, and wins over an agent; 0 is none. Of several players of one agent the latest is meant. */
export class FindPlayer extends Query<FoundPlayer | NotThereYet> {
  constructor(readonly named: PlayerName) {
    super();
  }
}

@QueryHandler(FindPlayer)
export class FindPlayerHandler implements IQueryHandler<FindPlayer> {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  async execute({ named: { player, agent } }: FindPlayer): Promise<FoundPlayer | NotThereYet> {
    if (player) return { type: 'Found', player };
    if (!agent) return { type: 'NobodyNamed' };
    const found = await this.#byAgent(agent, {});
    if (found.type !== 'UnknownAgent') return found;
    // One that was registered a moment ago may not be in the view yet.
    return this.#byAgent(agent, { minPosition: await this.store.headPosition() });
  }

  async #byAgent(agent: string, fresh: Freshness): Promise<FoundPlayer | NotThereYet> {
    const listed = await this.queries.execute(new ListPlayers(fresh));
    if (listed.type === 'NotThereYet') return listed;
    const latest = listed.value
      .filter(({ agentSymbol }) => agentSymbol === agent)
      .sort(byAge)
      .at(-1);
    return latest ? { type: 'Found', player: latest.player } : { type: 'UnknownAgent', agent };
  }
}

function byAge(one: PlayerRow, other: PlayerRow): number {
  return one.registeredAtMs - other.registeredAtMs || one.player - other.player;
}

/** One sentence for whoever named the player. */
export function unfoundPlayerText(refused: Exclude<FoundPlayer, { readonly type: 'Found' }>): string {
  return refused.type === 'NobodyNamed'
    ? 'either player_id or agent_symbol must be provided'
    : `failed to resolve agent symbol ${refused.agent}: no player is registered under it`;
}
