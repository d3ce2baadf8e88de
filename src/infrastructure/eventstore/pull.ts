/** How many events are kept before the server is made to wait. */
const bufferLimit = 1000;

interface Pullable {
  readonly readableLength: number;
  isPaused(): boolean;
  pause(): unknown;
  resume(): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

/** Takes what a server streams, as much at a time as is there, and makes the server wait when nobody takes it. */
export class Pull<T> {
  #buffer: T[] = [];
  #arrived = 0;
  #state: 'open' | 'ended' | 'failed' = 'open';
  #failure: unknown;
  #wake = () => {};

  /** @param off tells the server to stop */
  constructor(
    private readonly stream: Pullable,
    private readonly off: () => Promise<void>,
  ) {
    stream.on('error', (failure: unknown) => this.#settle('failed', failure));
    stream.on('end', () => this.#settle('ended'));
    stream.on('close', () => this.#settle('ended'));
    stream.on('data', (each: T) => {
      if (this.#state === 'ended') return;
      this.#arrived++;
      if (this.#buffer.push(each) >= bufferLimit) stream.pause();
      // Not at once: what came in the same turn of the event loop is then taken together.
      if (this.#buffer.length === 1) setImmediate(() => this.#wake());
    });
  }

  /** How many have come in all, those that the client has read and not yet handed over included. */
  get arrived(): number {
    return this.#arrived + this.stream.readableLength;
  }

  take(max = bufferLimit): T[] {
    const taken = this.#buffer.splice(0, max);
    if (this.stream.isPaused() && this.#buffer.length < bufferLimit / 2) this.stream.resume();
    return taken;
  }

  /** Ends a wait; for what comes beside the events. */
  wake(): void {
    this.#wake();
  }

  /** Waits until there is something to take. Rejects with the stream's failure once everything was taken. */
  async wait(withinMs: number): Promise<'something' | 'end' | 'silence'> {
    if (this.#buffer.length > 0) return 'something';
    if (this.#state === 'failed') throw this.#failure;
    if (this.#state === 'ended') return 'end';
    let timer: NodeJS.Timeout | undefined;
    const woken = await new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(true);
      timer = setTimeout(resolve, withinMs, false);
    });
    clearTimeout(timer);
    if (!woken) return 'silence';
    return this.#buffer.length === 0 && this.#state !== 'open' ? this.wait(withinMs) : 'something';
  }

  /**
   * Breaks the stream off and lets what was under way run into the void: the client never forgets a stream that nobody
   * reads to its end.
   */
  cancel(): void {
    if (this.#state !== 'open') return;
    this.#settle('ended');
    this.#buffer = [];
    this.stream.resume();
    this.off().catch(() => undefined);
  }

  #settle(state: 'ended' | 'failed', failure?: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = state;
    this.#failure = failure;
    this.#wake();
  }
}
