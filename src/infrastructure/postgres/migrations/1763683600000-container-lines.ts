import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What containers say of their work: no view of the log. It outlives a crash, whose reason it may tell. */
export class ContainerLines1763683600000 implements MigrationInterface {
  readonly name = 'ContainerLines1763683600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE container_lines (
         line_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         container_id TEXT COLLATE "C" NOT NULL,
         attempt BIGINT NOT NULL,
         level TEXT COLLATE "C" NOT NULL,
         line_text TEXT NOT NULL,
         said_count BIGINT NOT NULL,
         first_at BIGINT NOT NULL,
         last_at BIGINT NOT NULL
       )`,
    );
    await runner.query('CREATE INDEX container_lines_of_container ON container_lines (container_id, line_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE container_lines');
  }
}
