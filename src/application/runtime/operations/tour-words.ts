import type { ContainerSnapshot } from '../../../domain/container/events.js';
import { counted } from '../../../domain/kernel/text.js';
import type { Operation } from '../../../domain/operations/operation.js';
import type { AttemptIo } from '../attempt-run.js';

/** Lines that readers of a tour's log know; they tell, and nothing is ever read from them. */
export class TourWords {
  readonly #markets: readonly string[];

  constructor(
    private readonly operation: Operation,
    private readonly ship: string,
    private readonly io: Pick<AttemptIo, 'log'>,
  ) {
    this.#markets = operation.type === 'scout-tour' ? operation.markets : [];
  }

  starting(): void {
    if (this.operation.type !== 'scout-tour') this.io.log('info', `Starting ${this.operation.type}: ${this.ship}`);
    else this.io.log('info', `Starting scout tour: ${this.ship} visiting ${this.#markets.length} markets`);
  }

  waiting(why: string): void {
    if (this.operation.type !== 'scout-tour') this.io.log('info', `${this.operation.type} waits: ${why}`);
  }

  visiting(waypoint: string, { progress }: ContainerSnapshot): void {
    this.io.log('info', `Visiting market ${progress.visited.length + 1}/${this.#markets.length}: ${waypoint}`);
  }

  visited(waypoint: string, goods: number): void {
    this.io.log('info', `Market ${waypoint}: ${counted(goods, 'good')} updated`);
  }

  iterationCompleted({ iteration, progress }: ContainerSnapshot): void {
    if (this.operation.type !== 'scout-tour') this.io.log('info', `Iteration ${iteration + 1} complete`);
    else this.io.log('info', `Tour complete: ${counted(progress.visited.length, 'market')} visited`);
  }
}
