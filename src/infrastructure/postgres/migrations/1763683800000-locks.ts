import type { MigrationInterface, QueryRunner } from 'typeorm';

const text = 'TEXT COLLATE "C"';

/** Leases of tasks and phases, and which process watches over all leases. */
export class Locks1763683800000 implements MigrationInterface {
  readonly name = 'Locks1763683800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE locks (
        kind ${text},
        scope ${text},
        name ${text},
        owner ${text},
        host ${text},
        pid BIGINT,
        process_mark ${text},
        operation ${text},
        status ${text} NOT NULL CHECK (status IN ('active', 'reserved', 'idle')),
        assigned_at TIMESTAMPTZ,
        released_at TIMESTAMPTZ,
        release_reason ${text},
        token BIGINT NOT NULL,
        holder_kind ${text},
        holder_id ${text},
        holder_attempt BIGINT,
        ttl_ms DOUBLE PRECISION,
        reservation_reason ${text},
        previous_holder_kind ${text},
        previous_holder_id ${text},
        previous_holder_attempt BIGINT,
        previous_token BIGINT,
        previous_reason ${text},
        previous_detail ${text},
        previous_freed_at TIMESTAMPTZ,
        free_from TIMESTAMPTZ,
        obligations ${text} NOT NULL CHECK ((obligations::jsonb) IS NOT NULL),
        effects ${text} NOT NULL CHECK ((effects::jsonb) IS NOT NULL),
        updated_at TIMESTAMPTZ NOT NULL,
        revision BIGINT NOT NULL,
        position BIGINT NOT NULL,
        PRIMARY KEY (kind, scope, name),
        CHECK ((status = 'idle') = (holder_id IS NULL))
      )`,
    );
    await runner.query("CREATE INDEX locks_held ON locks (kind, scope, name) WHERE status <> 'idle'");
    await runner.query('CREATE INDEX locks_by_position ON locks (position)');
    await runner.query(
      `CREATE UNLOGGED TABLE watches (
        name ${text} PRIMARY KEY,
        host ${text} NOT NULL,
        pid BIGINT NOT NULL,
        since_at BIGINT NOT NULL,
        runs BIGINT NOT NULL,
        last_run_at BIGINT,
        next_run_at BIGINT
      )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE watches');
    await runner.query('DROP TABLE locks');
  }
}
