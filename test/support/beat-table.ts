import type { Beat, Heartbeats } from '../../src/application/ports/heartbeats.js';
import { DatabaseUnavailable } from '../../src/application/ports/views.js';

/** Where all instances keep their beats, as the table in PostgreSQL does; it can be down. */
export class BeatTable {
  readonly rows = new Map<string, Beat>();
  down = false;

  requireUp(): void {
    if (this.down) throw new DatabaseUnavailable('the beats cannot be reached');
  }

  upsert(beat: Beat): void {
    const known = this.rows.get(beat.subject);
    if (!known || isNewer(beat, known)) this.rows.set(beat.subject, beat);
  }
}

/** One instance's hold on the table: what it cannot write waits, and is written when somebody says so. */
export class BeatsBehind implements Heartbeats {
  readonly #unwritten = new Map<string, Beat>();

  constructor(private readonly table: BeatTable) {}

  beat(beat: Beat): void {
    this.#unwritten.set(beat.subject, beat);
    this.flush();
  }

  async latest(): Promise<readonly Beat[]> {
    this.table.requireUp();
    const beats = new Map(this.table.rows);
    for (const beat of this.#unwritten.values()) {
      const known = beats.get(beat.subject);
      if (!known || isNewer(beat, known)) beats.set(beat.subject, beat);
    }
    return [...beats.values()];
  }

  forget(subject: string): void {
    this.#unwritten.delete(subject);
    if (!this.table.down) this.table.rows.delete(subject);
  }

  flush(): void {
    if (this.table.down) return;
    for (const beat of this.#unwritten.values()) this.table.upsert(beat);
    this.#unwritten.clear();
  }
}

function isNewer(one: Beat, other: Beat): boolean {
  return one.token > other.token || (one.token === other.token && one.sequence > other.sequence);
}
