import type { ProjectionStatus } from '../../application/ports/views.js';
import { messageOf } from '../../domain/kernel/message-of.js';
import type { View } from '../view.js';
import { EpochPassed, readCheckpoints, takeEpoch, type Checkpoint } from './checkpoint.js';
import { Following } from './following.js';
import { ForeignLog, requireSameLog } from './log-identity.js';
import { readParked } from './parked.js';
import { ParkingLot } from './parking-lot.js';
import { waitMs, type ProjectorOptions, type ProjectorRoom } from './projector-options.js';
import { StatusBoard } from './status-board.js';

/** Keeps one view level with the log for as long as it runs. Whatever fails is told, waited out, and taken up again. */
export class Projector {
  readonly #board: StatusBoard;
  #told: string | undefined;
  #following: Following | undefined;

  constructor(
    private readonly view: View,
    private readonly room: ProjectorRoom,
    private readonly options: ProjectorOptions,
  ) {
    this.#board = new StatusBoard(view.name, room.clock);
  }

  status(): ProjectionStatus {
    return this.#board.status();
  }

  lookNow(): void {
    this.#following?.lookNow();
  }

  /**
   * Resolves when the signal is aborted, or when it may not begin (again), and nothing is under way any more.
   * Never rejects.
   */
  async run(signal: AbortSignal, mayBegin: () => Promise<boolean> = async () => true): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      let following: Following | undefined;
      let begunAt: bigint | null = null;
      try {
        if (!(await mayBegin())) break;
        following = await this.#begin();
        this.#following = following;
        begunAt = following.position;
        await following.run(signal);
      } catch (error) {
        if (following && following.position !== begunAt) failures = 0;
        this.#tell(error);
        await this.room.clock.sleep(waitMs(this.options, failures), signal);
      } finally {
        this.#following = undefined;
      }
    }
    this.#board.became('idle');
  }

  /** What another process's projector has reached. */
  watch(checkpoint: Checkpoint | undefined, head: bigint | null, parked: number): void {
    this.#board.watched(checkpoint, head, parked);
  }

  /** Nothing can be learnt of the view: the database does not answer. */
  cannotLook(error: unknown): void {
    this.#board.failed(error, 'idle');
  }

  async #begin(): Promise<Following> {
    const { store, database } = this.room;
    const stored = (await readCheckpoints(database)).find(({ view }) => view === this.view.name);
    if (stored) await requireSameLog(store, this.view, stored);
    const checkpoint = await takeEpoch(database, this.view);
    const lot = new ParkingLot(await readParked(database, this.view.name));
    this.#board.began(checkpoint, lot.size);
    return new Following(this.view, this.room, this.options, this.#board, { checkpoint, lot });
  }

  /** Once for each new cause: it is tried again and again. */
  #tell(error: unknown): void {
    this.#board.failed(error, error instanceof ForeignLog ? 'refused' : 'idle');
    const message = messageOf(error);
    if (error instanceof EpochPassed || message === this.#told) return;
    this.#told = message;
    this.room.say(`View ${this.view.name} waits: ${message}`, { event: 'view_waits', level: 'warn', error });
  }
}
