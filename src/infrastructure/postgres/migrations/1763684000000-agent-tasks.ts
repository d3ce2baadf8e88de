import type { MigrationInterface, QueryRunner } from 'typeorm';

const text = 'TEXT COLLATE "C"';
const json = (column: string) => `${column} ${text} NOT NULL CHECK ((${column}::jsonb) IS NOT NULL)`;
const jsonOrNull = (column: string) => `${column} ${text} CHECK (${column} IS NULL OR (${column}::jsonb) IS NOT NULL)`;

/** What agents have to do, and who they are. */
export class AgentTasks1763684000000 implements MigrationInterface {
  readonly name = 'AgentTasks1763684000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE agent_tasks (
        queue ${text} NOT NULL,
        task_id ${text} NOT NULL,
        title ${text} NOT NULL,
        task_type ${text},
        status ${text} NOT NULL,
        priority BIGINT NOT NULL,
        ${json('dependencies')},
        assigned_to ${text},
        ${json('estimates')},
        last_token BIGINT NOT NULL,
        ${jsonOrNull('claim')},
        failures INTEGER NOT NULL,
        ${json('failed_by')},
        ${jsonOrNull('last_failure')},
        retry_at TIMESTAMPTZ,
        ${jsonOrNull('completion')},
        ${jsonOrNull('last_refusal')},
        queued_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        revision BIGINT NOT NULL,
        position BIGINT NOT NULL,
        PRIMARY KEY (queue, task_id)
      )`,
    );
    await runner.query('CREATE INDEX agent_tasks_by_urgency ON agent_tasks (queue, status, priority, queued_at)');
    await runner.query(
      `CREATE TABLE agents (
        name ${text} PRIMARY KEY,
        speciality ${text},
        registered_at TIMESTAMPTZ NOT NULL,
        revision BIGINT NOT NULL,
        position BIGINT NOT NULL
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agents');
    await runner.query('DROP TABLE agent_tasks');
  }
}
