import type { ContainerSnapshot } from '../../../domain/container/events.js';
import type { AttemptEnd, AttemptIo, RunAttempt } from '../attempt-run.js';
import { CutOff, endOf, failed } from '../endings.js';
import { usualLimits, type RuntimeLimits, type RuntimePorts } from '../runtime-ports.js';
import { Charts } from './charts.js';
import { OperationRun } from './operation-run.js';
import { assignmentOf } from './parameters.js';

/** Runs the operations that a container can name here. One for all containers of one account of the game. */
export class RunOperation implements RunAttempt {
  readonly #charts: Charts;

  constructor(
    private readonly ports: RuntimePorts,
    private readonly limits: RuntimeLimits = usualLimits,
  ) {
    this.#charts = new Charts(ports.game);
  }

  /** When `io.cut` is aborted it ends at once, 'lost': nothing more is recorded, and an effect may be left open. */
  async run(attempt: ContainerSnapshot, io: AttemptIo): Promise<AttemptEnd> {
    const assignment = assignmentOf(attempt);
    if (assignment.type === 'Unfit') return failed(assignment.why, true);
    let cut: () => void = () => undefined;
    const cutOff = new Promise<never>((_, reject) => {
      cut = () => reject(new CutOff());
      if (io.cut.aborted) cut();
      else io.cut.addEventListener('abort', cut, { once: true });
    });
    try {
      const { operation, ship } = assignment;
      const run = new OperationRun(this.ports, this.limits, this.#charts, attempt, operation, ship, io);
      return await Promise.race([cutOff, run.toItsEnd()]);
    } catch (error) {
      return endOf(error);
    } finally {
      io.cut.removeEventListener('abort', cut);
    }
  }
}
