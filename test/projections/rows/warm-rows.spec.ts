import { playersTable, type PlayerTableRow } from '../../../src/projections/players/players.js';
import type { RowSet } from '../../../src/projections/rows/row-set.js';
import { WarmRows } from '../../../src/projections/rows/warm-rows.js';

const row = (player_id: number): PlayerTableRow => ({
  player_id,
  agent_symbol: `AGENT-${player_id}`,
  created_at: 0,
  updated_at: 0,
  revision: '0',
  position: '1',
});
const put = (rows: RowSet, ...players: number[]) =>
  rows.atomically(() => {
    for (const player of players) rows.put(playersTable, row(player));
  });

describe('rows kept warm between batches', () => {
  const known = (warm: WarmRows, player: number) => warm.during(async (rows) => rows.get(playersTable, player));

  it('are there for the next batch, and no longer count as changed', async () => {
    const warm = new WarmRows([playersTable]);
    await warm.during(async (rows) => put(rows, 1));
    expect(await known(warm, 1)).toEqual(row(1));
    expect(await warm.during(async (rows) => rows.changes())).toEqual([]);
  });

  it('are forgotten when the batch was not committed', async () => {
    const warm = new WarmRows([playersTable]);
    await warm.during(async (rows) => put(rows, 1));
    const failing = warm.during(async (rows) => {
      put(rows, 2);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await known(warm, 2)).toBeUndefined();
    expect(await known(warm, 1)).toBeUndefined();
  });

  it('are not had by two at once', async () => {
    const warm = new WarmRows([playersTable]);
    await warm.during(async (rows) => put(rows, 1));
    await warm.during(async () => expect(await known(warm, 1)).toBeUndefined());
  });

  it('are forgotten when they have become too many', async () => {
    const warm = new WarmRows([playersTable]);
    await warm.during(async (rows) => put(rows, ...Array.from({ length: 10_001 }, (_, index) => index + 1)));
    expect(await known(warm, 1)).toBeUndefined();
  });
});
