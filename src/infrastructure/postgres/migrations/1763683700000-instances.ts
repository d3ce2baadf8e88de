import type { MigrationInterface, QueryRunner } from 'typeorm';

const text = 'TEXT COLLATE "C"';

/** The processes that served, and how each came up and went. */
export class Instances1763683700000 implements MigrationInterface {
  readonly name = 'Instances1763683700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE instances (
        instance ${text} PRIMARY KEY,
        version ${text} NOT NULL,
        host ${text} NOT NULL,
        pid INTEGER NOT NULL,
        started_at TIMESTAMPTZ NOT NULL,
        recovered_at TIMESTAMPTZ,
        recovery_ms INTEGER,
        receipt ${text} CHECK (receipt IS NULL OR (receipt::jsonb) IS NOT NULL),
        stopped_at TIMESTAMPTZ,
        stop_reason ${text},
        manifest ${text} CHECK (manifest IS NULL OR (manifest::jsonb) IS NOT NULL),
        revision BIGINT NOT NULL,
        position BIGINT NOT NULL
      )`,
    );
    await runner.query('CREATE INDEX instances_by_start ON instances (started_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE instances');
  }
}
