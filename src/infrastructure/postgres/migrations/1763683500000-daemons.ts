import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who runs a container. Rows from before are right as they are: workers ran everything then. */
export class Daemons1763683500000 implements MigrationInterface {
  readonly name = 'Daemons1763683500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE containers ADD COLUMN runner TEXT COLLATE "C", ADD COLUMN daemon TEXT COLLATE "C"');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE containers DROP COLUMN runner, DROP COLUMN daemon');
  }
}
