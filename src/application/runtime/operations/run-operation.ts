import type { ContainerSnapshot } from '../../../domain/container/events.js';
import { flightRefusalText, type FlightRefusal } from '../../flights/flight.js';
import type { AttemptEnd, AttemptIo, RunAttempt } from '../attempt-run.js';
import { endOf, failed, unknownCommandType } from '../endings.js';
import { usualLimits, type RuntimeLimits, type RuntimePorts } from '../runtime-ports.js';
import { AccountRules } from './account-rules.js';
import { Charts } from './charts.js';
import { OperationRun } from './operation-run.js';

/** Runs the operations that a container can name here. One for all containers of one account of the game. */
export class RunOperation implements RunAttempt {
  readonly rules: AccountRules;
  readonly #charts: Charts;

  constructor(
    private readonly ports: RuntimePorts,
    private readonly limits: RuntimeLimits = usualLimits,
  ) {
    this.#charts = new Charts(ports.game);
    this.rules = new AccountRules(ports.player, ports.game, this.#charts, ports.clock);
  }

  /** When `io.cut` is aborted nothing more is recorded, and an effect may be left open; an answer in hand is waited for. */
  async run(attempt: ContainerSnapshot, io: AttemptIo): Promise<AttemptEnd> {
    const flight = { ...attempt, ships: attempt.leases.map(({ ship }) => ship) };
    const instruction = this.rules.instruction(flight);
    if (instruction.type !== 'Fit') return refusedEnd(instruction, attempt);
    try {
      const { operation, ship } = instruction;
      const run = new OperationRun(this.ports, this.limits, this.#charts, attempt, operation, ship, io);
      return await run.toItsEnd();
    } catch (error) {
      return endOf(error);
    }
  }
}

/** Nothing that could be tried again would help. */
function refusedEnd(refusal: FlightRefusal, attempt: ContainerSnapshot): AttemptEnd {
  switch (refusal.type) {
    case 'UnknownOperation':
      return unknownCommandType(attempt);
    case 'RetiredOperation':
      return failed(refusal.why, true, 'retired_command_type');
    case 'UnfitOperation':
      return failed(refusal.why, true, 'invalid_config');
    default:
      return failed(flightRefusalText(refusal), true);
  }
}
