import type { ContainerSnapshot } from '../../../domain/container/events.js';
import type { AttemptEnd, AttemptIo, RunAttempt } from '../attempt-run.js';
import { endOf, failed, unknownCommandType } from '../endings.js';
import { usualLimits, type RuntimeLimits, type RuntimePorts } from '../runtime-ports.js';
import { Charts } from './charts.js';
import { OperationRun } from './operation-run.js';
import { instructionOf } from './parameters.js';

const exitReasons = { Unfit: 'invalid_config', Retired: 'retired_command_type' } as const;

/** Runs the operations that a container can name here. One for all containers of one account of the game. */
export class RunOperation implements RunAttempt {
  readonly #charts: Charts;

  constructor(
    private readonly ports: RuntimePorts,
    private readonly limits: RuntimeLimits = usualLimits,
  ) {
    this.#charts = new Charts(ports.game);
  }

  /** When `io.cut` is aborted nothing more is recorded, and an effect may be left open; an answer in hand is waited for. */
  async run(attempt: ContainerSnapshot, io: AttemptIo): Promise<AttemptEnd> {
    const { player } = this.ports;
    if (attempt.player !== player) return failed(`the ships that are flown here belong to player ${player}`, true);
    const instruction = instructionOf(attempt);
    if (instruction.type === 'Unknown') return unknownCommandType(attempt);
    if (instruction.type !== 'Fit') return failed(instruction.why, true, exitReasons[instruction.type]);
    try {
      const { operation, ship } = instruction;
      const run = new OperationRun(this.ports, this.limits, this.#charts, attempt, operation, ship, io);
      return await run.toItsEnd();
    } catch (error) {
      return endOf(error);
    }
  }
}
