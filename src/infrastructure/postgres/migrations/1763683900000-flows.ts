import type { MigrationInterface, QueryRunner } from 'typeorm';

const text = 'TEXT COLLATE "C"';
const json = (column: string, isNullable = true) =>
  `${column} ${text}${isNullable ? '' : ' NOT NULL'} CHECK (${column} IS NULL OR (${column}::jsonb) IS NOT NULL)`;

/** Flows and their phases: what runs, what is done, with which results and errors. */
export class Flows1763683900000 implements MigrationInterface {
  readonly name = 'Flows1763683900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE flows (
        flow_id ${text} PRIMARY KEY,
        status ${text} NOT NULL,
        current_phase ${text},
        phases_done INTEGER NOT NULL,
        phases_total INTEGER NOT NULL,
        begun INTEGER NOT NULL,
        max_failures BIGINT,
        reason ${text},
        declared_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ,
        revision BIGINT NOT NULL,
        position BIGINT NOT NULL
      )`,
    );
    await runner.query('CREATE INDEX flows_by_status ON flows (status, flow_id)');
    await runner.query(
      `CREATE TABLE flow_phases (
        flow_id ${text} NOT NULL,
        phase ${text} NOT NULL,
        ordinal INTEGER NOT NULL,
        runs INTEGER NOT NULL,
        status ${text} NOT NULL,
        attempt BIGINT NOT NULL,
        token BIGINT NOT NULL,
        failures BIGINT NOT NULL,
        ${json('holder')},
        ${json('progress')},
        ${json('result')},
        error ${text},
        abandoned_reason ${text},
        abandoned_detail ${text},
        started_at TIMESTAMPTZ,
        ended_at TIMESTAMPTZ,
        position BIGINT NOT NULL,
        PRIMARY KEY (flow_id, phase)
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE flow_phases');
    await runner.query('DROP TABLE flows');
  }
}
