import { playerStream } from '../../domain/player/player.js';
import { streamPrefix } from '../../domain/streams.js';
import { table } from '../rows/table.js';
import { Misplaced, type View } from '../view.js';

export type PlayerTableRow = {
  readonly player_id: number;
  readonly agent_symbol: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly revision: string;
  readonly position: string;
};

export const playersTable = table<PlayerTableRow>({
  name: 'players',
  key: ['player_id'],
  columns: {
    player_id: 'integer',
    agent_symbol: 'text',
    created_at: 'time',
    updated_at: 'time',
    revision: 'position',
    position: 'position',
  },
});

const prefix = streamPrefix('player');

/** Who plays. No token is ever here: none is in the log. */
export const players: View = {
  name: 'players',
  streamPrefixes: [prefix],
  tables: [playersTable],

  rowsTouchedBy: ({ stream }) => [{ table: playersTable, key: [Number(stream.slice(prefix.length))] }],
  streamOf: (_table, row) => playerStream(Number(row['player_id'])),

  apply({ stream, event, revision, position }, rows) {
    if (event.type !== 'PlayerRegistered') throw new Misplaced(`${stream} holds a ${event.type}`);
    const { player, agentSymbol, atMs } = event;
    if (stream !== playerStream(player)) throw new Misplaced(`${stream} holds the registration of another player`);
    rows.put(playersTable, {
      player_id: player,
      agent_symbol: agentSymbol,
      created_at: rows.get(playersTable, player)?.created_at ?? atMs,
      updated_at: atMs,
      revision: String(revision),
      position: String(position),
    });
  },
};
