import type { Clock } from '../../application/ports/clock.js';
import type { ProjectionRole, ProjectionStatus } from '../../application/ports/views.js';
import { messageOf } from '../../domain/kernel/message-of.js';
import { reachedBy, type Checkpoint } from './checkpoint.js';
import type { Found } from './lag-check.js';

/** What is known of one view's projection, for whoever asks. */
export class StatusBoard {
  #status: ProjectionStatus;

  constructor(
    view: string,
    private readonly clock: Clock,
  ) {
    this.#status = {
      view,
      role: 'idle',
      readerAlive: false,
      position: null,
      head: null,
      lagEvents: null,
      lagMs: null,
      parked: 0,
      epoch: 0,
      eventsApplied: 0,
      lastError: null,
      complete: false,
    };
  }

  /** The last attempt to write failed, and none has worked since. */
  #failing = false;

  get failing(): boolean {
    return this.#failing;
  }

  status(): ProjectionStatus {
    return this.#status;
  }

  became(role: ProjectionRole): void {
    this.#set({ role, readerAlive: role === 'standby' ? null : false });
  }

  began(checkpoint: Checkpoint, parked: number): void {
    this.#failing = false;
    const { epoch, complete } = checkpoint;
    this.#set({ role: 'projecting', readerAlive: true, epoch, complete, position: reachedBy(checkpoint), parked });
  }

  applied(events: number, checkpoint: Checkpoint, parked: number): void {
    this.#failing = false;
    const eventsApplied = this.#status.eventsApplied + events;
    this.#set({ role: 'projecting', position: reachedBy(checkpoint), parked, eventsApplied, lastError: null });
  }

  levelled(checkpoint: Checkpoint): void {
    this.#failing = false;
    const { complete } = checkpoint;
    this.#set({ role: 'projecting', position: reachedBy(checkpoint), complete, lastError: null });
  }

  checked({ head, lagEvents, lagMs }: Found, readerAlive: boolean): void {
    this.#set({ head, lagEvents, lagMs, readerAlive });
  }

  checkFailed(error: unknown): void {
    this.#set({ head: null, lagEvents: null, lagMs: null, lastError: this.#told(error) });
  }

  watched(checkpoint: Checkpoint | undefined, head: bigint | null, parked: number): void {
    const { epoch = 0, currentAtMs = null, complete = false } = checkpoint ?? {};
    const position = checkpoint ? reachedBy(checkpoint) : null;
    const level = position !== null && head !== null && position >= head;
    const sinceMs = currentAtMs === null ? null : Math.max(0, this.clock.nowMs() - currentAtMs);
    const lag = { lagEvents: level ? 0 : null, lagMs: level ? 0 : sinceMs };
    this.#set({ role: 'standby', readerAlive: null, position, epoch, complete, head, parked, ...lag, lastError: null });
  }

  dropped(cause: unknown): void {
    this.#set({ readerAlive: false, lastError: this.#told(cause) });
  }

  readerStopped(): void {
    this.#set({ readerAlive: false });
  }

  failed(error: unknown, role: ProjectionRole): void {
    this.#failing = true;
    this.#set({ role, lastError: this.#told(error) });
  }

  #told(error: unknown) {
    return { message: messageOf(error), atMs: this.clock.nowMs() };
  }

  #set(changes: Partial<ProjectionStatus>): void {
    const status = { ...this.#status, ...changes };
    const { position, head } = status;
    // The head was looked up earlier than the rows moved.
    const known = position !== null && head !== null && position > head ? position : head;
    this.#status = { ...status, head: known };
  }
}
