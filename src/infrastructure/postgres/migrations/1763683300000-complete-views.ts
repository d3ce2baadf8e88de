import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tells a view that has been level with the log once from one whose rows are still being folded for the first time. */
export class CompleteViews1763683300000 implements MigrationInterface {
  readonly name = 'CompleteViews1763683300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE projection_checkpoints ADD COLUMN complete BOOLEAN NOT NULL DEFAULT FALSE');
    await runner.query('UPDATE projection_checkpoints SET complete = current_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE projection_checkpoints DROP COLUMN complete');
  }
}
