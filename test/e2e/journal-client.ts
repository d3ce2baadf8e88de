import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

export interface Asked {
  readonly key: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Answered extends Asked {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly answer: any;
}

/** What was asked, on disk before it is sent, and what was answered, on disk before anybody acts on it. */
export class Journal {
  readonly #file: number;
  #answered = 0;

  constructor(private readonly path: string) {
    this.#file = openSync(path, 'a');
  }

  get answers(): number {
    return this.#answered;
  }

  asking(asked: Asked): void {
    this.#write({ asked });
  }

  answered(key: string, status: number, answer: unknown): void {
    this.#write({ key, status, answer });
    this.#answered++;
  }

  /** Everything that was acknowledged, as the file has it. */
  read(): readonly Answered[] {
    const asked = new Map<string, Asked>();
    const answered: Answered[] = [];
    for (const line of readFileSync(this.path, 'utf8').split('\n').slice(0, -1)) {
      const entry = JSON.parse(line) as { asked: Asked } | { key: string; status: number; answer: unknown };
      if ('asked' in entry) asked.set(entry.asked.key, entry.asked);
      else {
        const { key, path, body } = asked.get(entry.key)!;
        answered.push({ key, path, body, status: entry.status, answer: entry.answer });
      }
    }
    return answered;
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(entry: object): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
  }
}

/** Sends a write under its key until it is answered: by a yes or by a no, not by somebody who cannot say. */
export async function askUntilAnswered(url: string, { key, path, body }: Asked): Promise<Response> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    }).catch(() => undefined);
    if (response && response.status < 500) return response;
    await response?.text().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** One user: takes a ship that others want as well, by itself or in a container, works, and gives it back. */
export class JournalClient {
  #stopped = false;
  readonly #running: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly name: string,
    private readonly ships: readonly string[],
    private readonly journal: Journal,
  ) {
    this.#running = this.#run();
  }

  /** Finishes what it has begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let turn = 1; !this.#stopped; turn++) {
      if (turn % 2 === 0) await this.#session(`${this.name}-${turn}`);
      else await this.#container(`work-${this.name}-${turn}`);
      // Whoever is refused at once would otherwise ask hundreds of times a second, and all of it is read again and again.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #session(holder: string): Promise<void> {
    const ship = `players/1/ships/${this.#ship()}`;
    const granted = await this.#ask(`${ship}/lease`, { holder, operation: 'trade' });
    if (!granted) return;
    const { token } = granted;
    await this.#ask(`${ship}/effects`, { token, effectId: `effect-${holder}`, action: 'dock', withinMs: 1 });
    await this.#ask(`${ship}/effects/effect-${holder}/observation`, { token, result: 'happened' });
    await this.#ask(`${ship}/lease/release`, { token, holder });
  }

  async #container(id: string): Promise<void> {
    const ships = [...new Set([this.#ship(), this.#ship()])];
    const started = await this.#ask('containers', {
      player: 1,
      id,
      ships,
      config: { command_type: 'navigate' },
      iterations: 3,
    });
    if (!started) return;
    const { token } = started;
    for (let step = 1; step <= 3; step++) await this.#ask(`containers/${id}/iterations`, { token, report: { step } });
    await this.#ask(`containers/${id}/complete`, { token });
  }

  #ship(): string {
    return this.ships[Math.floor(Math.random() * this.ships.length)] ?? '';
  }

  /** Undefined when it was refused. */
  async #ask(path: string, body: Asked['body']): Promise<{ readonly token: number } | undefined> {
    const asked = { key: randomUUID(), path, body };
    this.journal.asking(asked);
    const response = await askUntilAnswered(this.url, asked);
    const answer: unknown = await response.json();
    this.journal.answered(asked.key, response.status, answer);
    return response.ok ? (answer as { token: number }) : undefined;
  }
}
