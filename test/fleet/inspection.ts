import pg from 'pg';
import { holdersIn } from '../support/invariants.js';
import type { Asker } from '../support/http.js';
import { verifyView, wholeLog } from '../support/whole-log.js';
import type { Evidence } from './judge/evidence.js';
import type { Universe } from './universe.js';

/** Everything the judge goes by, when nothing moves any more. */
export async function evidenceOf(server: Asker, universe: Universe): Promise<Evidence> {
  const [events, journal, ships] = [await wholeLog(server), await universe.journal(), await universe.ships()];
  return { events, journal, ships, player: 1 };
}

/** Who holds which ship, as the log has it and as the API tells it. */
export async function holders(
  server: Asker,
): Promise<{ readonly log: readonly string[]; readonly api: readonly string[] }> {
  const log = [...holdersIn(await wholeLog(server))].map(([stream, { id, token }]) => `${stream} ${id} ${token}`);
  const { body } = await server.get('ships?player=1&status=active&limit=200');
  const api = (body.ships as { symbol: string; token: number; holder: { id: string } }[]).map(
    ({ symbol, holder, token }) => `ship-1.${symbol} ${holder.id} ${token}`,
  );
  return { log: log.sort(), api: api.sort() };
}

/** Rows that only one side has: containers at work without their ship, and ships held for nobody that lives or owes. */
const oneSided = `
  SELECT c.container_id || ' is ' || c.status || ' without ' || ship AS what
    FROM containers c CROSS JOIN LATERAL jsonb_array_elements_text(c.ships::jsonb) ship
    LEFT JOIN ship_assignments a ON a.ship_symbol = ship AND a.player_id = c.player_id
      AND a.container_id = c.container_id AND a.status = 'active'
   WHERE c.status IN ('RUNNING', 'STOPPING', 'INTERRUPTED') AND a.ship_symbol IS NULL
  UNION ALL
  SELECT a.ship_symbol || ' is held for ' || coalesce(a.container_id, a.holder_id) || ' (' || coalesce(c.status, 'unknown') || ')'
    FROM ship_assignments a LEFT JOIN containers c ON c.container_id = a.container_id
   WHERE a.status = 'active' AND coalesce(c.status, '') NOT IN ('RUNNING', 'STOPPING', 'INTERRUPTED')
     AND a.obligations::jsonb = '[]'::jsonb`;

/** What the views have on one side alone. */
export async function oneSidedRows(databaseUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ what: string }>(oneSided);
    return rows.map(({ what }) => what);
  } finally {
    await client.end();
  }
}

export { verifyView };
