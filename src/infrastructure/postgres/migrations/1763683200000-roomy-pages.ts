import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = ['containers', 'ship_assignments', 'tours'];

/** Leaves room on every page, so that a row is rewritten in place and no index is touched. */
export class RoomyPages1763683200000 implements MigrationInterface {
  readonly name = 'RoomyPages1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`ALTER TABLE ${table} SET (fillfactor = 70)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`ALTER TABLE ${table} RESET (fillfactor)`);
  }
}
