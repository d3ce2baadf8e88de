import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Work that goes on is found without looking at what is over. */
export class WorkThatGoesOn1763684100000 implements MigrationInterface {
  readonly name = 'WorkThatGoesOn1763684100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX agent_tasks_claimed ON agent_tasks (queue, task_id) WHERE claim IS NOT NULL');
    await runner.query("CREATE INDEX flow_phases_running ON flow_phases (flow_id, phase) WHERE status = 'running'");
    await runner.query('DROP INDEX locks_by_position');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX locks_by_position ON locks (position)');
    await runner.query('DROP INDEX flow_phases_running');
    await runner.query('DROP INDEX agent_tasks_claimed');
  }
}
