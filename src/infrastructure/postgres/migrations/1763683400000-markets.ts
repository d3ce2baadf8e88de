import type { MigrationInterface, QueryRunner } from 'typeorm';

const text = 'TEXT COLLATE "C"';

/** The newest scan of every market, and the bot's own table of goods as a view of it. */
export class Markets1763683400000 implements MigrationInterface {
  readonly name = 'Markets1763683400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE markets (
        waypoint_symbol ${text} PRIMARY KEY,
        system_symbol ${text} NOT NULL,
        goods ${text} NOT NULL CHECK ((goods::jsonb) IS NOT NULL),
        last_updated TIMESTAMPTZ NOT NULL,
        player_id INTEGER NOT NULL,
        ship_symbol ${text},
        revision BIGINT NOT NULL,
        position BIGINT NOT NULL
      )`,
    );
    await runner.query('CREATE INDEX markets_by_system ON markets (system_symbol)');
    await runner.query(
      `CREATE VIEW market_data AS
       SELECT m.waypoint_symbol, g.good AS good_symbol, g.supply, g.activity, g."purchasePrice" AS purchase_price,
         g."sellPrice" AS sell_price, g."tradeVolume" AS trade_volume, m.last_updated, m.player_id
       FROM markets m CROSS JOIN LATERAL jsonb_to_recordset(m.goods::jsonb) AS g(
         good TEXT, supply TEXT, activity TEXT, "purchasePrice" BIGINT, "sellPrice" BIGINT, "tradeVolume" BIGINT)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW market_data');
    await runner.query('DROP TABLE markets');
  }
}
