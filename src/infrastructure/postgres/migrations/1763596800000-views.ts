import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Texts are compared by their bytes, so that an order never depends on the server's locale. */
const text = 'TEXT COLLATE "C"';
/** The bot's own SQL reads JSON out of a text column; nobody's query may fail on a row that is not JSON. */
const json = (column: string) => `${column} TEXT COLLATE "C" NOT NULL CHECK ((${column}::jsonb) IS NOT NULL)`;
const mark = 'updated_at TIMESTAMPTZ NOT NULL, revision BIGINT NOT NULL, position BIGINT NOT NULL';

const up = [
  `CREATE TABLE containers (
    container_id ${text} PRIMARY KEY,
    player_id INTEGER NOT NULL,
    container_type ${text} NOT NULL,
    command_type ${text} NOT NULL,
    status ${text} NOT NULL,
    restart_policy ${text} NOT NULL,
    restart_count BIGINT NOT NULL,
    ${json('config')},
    parent_container_id ${text},
    started_at TIMESTAMPTZ,
    stopped_at TIMESTAMPTZ,
    exit_code INTEGER,
    exit_reason ${text},
    max_restarts BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    token BIGINT NOT NULL,
    iteration BIGINT NOT NULL,
    max_iterations BIGINT NOT NULL,
    ${json('metadata')},
    ${json('ships')},
    ${json('leases')},
    back_off_until TIMESTAMPTZ,
    back_off_error ${text},
    last_error ${text},
    stop_reason ${text},
    attempt_started_at TIMESTAMPTZ,
    iteration_in_attempt BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ${mark}
  )`,
  'CREATE INDEX containers_by_status ON containers (status, player_id)',
  'CREATE INDEX containers_by_parent ON containers (parent_container_id) WHERE parent_container_id IS NOT NULL',
  `CREATE TABLE ship_assignments (
    ship_symbol ${text},
    player_id INTEGER,
    container_id ${text},
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
    ${json('obligations')},
    ${json('effects')},
    ${mark},
    PRIMARY KEY (player_id, ship_symbol),
    CHECK ((status = 'idle') = (holder_id IS NULL)),
    CHECK (container_id IS NULL OR (status = 'active' AND holder_kind = 'container'))
  )`,
  'CREATE INDEX ship_assignments_by_symbol ON ship_assignments (ship_symbol)',
  'CREATE INDEX ship_assignments_by_container ON ship_assignments (container_id) WHERE container_id IS NOT NULL',
  'CREATE INDEX ship_assignments_by_status ON ship_assignments (status, player_id, ship_symbol)',
  `CREATE TABLE tours (
    container_id ${text} PRIMARY KEY,
    player_id INTEGER NOT NULL,
    ship_symbol ${text} NOT NULL,
    system_symbol ${text} NOT NULL,
    ${json('markets')},
    ${json('visited')},
    last_lap ${text} CHECK (last_lap IS NULL OR (last_lap::jsonb) IS NOT NULL),
    last_lap_at TIMESTAMPTZ,
    laps BIGINT NOT NULL,
    last_visit ${text},
    last_visit_at TIMESTAMPTZ,
    ${mark}
  )`,
  'CREATE INDEX tours_by_system ON tours (system_symbol)',
  `CREATE TABLE system_graphs (
    system_symbol ${text} PRIMARY KEY,
    ${json('graph_data')},
    last_updated TIMESTAMPTZ NOT NULL,
    system_type ${text} NOT NULL,
    waypoint_count INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    position BIGINT NOT NULL
  )`,
  `CREATE TABLE players (
    player_id INTEGER PRIMARY KEY,
    agent_symbol ${text} NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ${mark}
  )`,
  `CREATE TABLE projection_checkpoints (
    view ${text} PRIMARY KEY,
    epoch BIGINT NOT NULL,
    position BIGINT,
    level BIGINT,
    log_id ${text},
    current_at TIMESTAMPTZ
  )`,
  `CREATE TABLE projection_parked (
    view ${text},
    stream ${text},
    revision BIGINT NOT NULL,
    position BIGINT NOT NULL,
    event_id ${text} NOT NULL,
    event_type ${text} NOT NULL,
    reason ${text} NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    passed_over BIGINT NOT NULL,
    PRIMARY KEY (view, stream)
  )`,
  `CREATE UNLOGGED TABLE heartbeats (
    subject ${text} PRIMARY KEY,
    attempt BIGINT NOT NULL,
    token BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    beat_cursor JSON,
    quiet_until BIGINT,
    beat_at BIGINT NOT NULL
  )`,
];

const tables = [
  'heartbeats',
  'projection_parked',
  'projection_checkpoints',
  'players',
  'system_graphs',
  'tours',
  'ship_assignments',
  'containers',
];

/** The tables of the views, with the column names of the bot's database, and the projector's own bookkeeping. */
export class Views1763596800000 implements MigrationInterface {
  readonly name = 'Views1763596800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of tables) await runner.query(`DROP TABLE ${name}`);
  }
}
