import type { Heartbeat, Heartbeats } from '../../src/application/ports/heartbeats.js';
import { DatabaseUnavailable } from '../../src/application/ports/views.js';

/** Where all instances keep their heartbeats, as the table in PostgreSQL does; it can be down. */
export class HeartbeatTable {
  readonly rows = new Map<string, Heartbeat>();
  down = false;

  requireUp(): void {
    if (this.down) throw new DatabaseUnavailable('the heartbeats cannot be reached');
  }

  upsert(heartbeat: Heartbeat): void {
    const known = this.rows.get(heartbeat.subject);
    if (!known || isNewer(heartbeat, known)) this.rows.set(heartbeat.subject, heartbeat);
  }
}

/** One instance's hold on the table: what it cannot write waits, and is written when somebody says so. */
export class HeartbeatsBehind implements Heartbeats {
  readonly #unwritten = new Map<string, Heartbeat>();

  constructor(private readonly table: HeartbeatTable) {}

  record(heartbeat: Heartbeat): void {
    this.#unwritten.set(heartbeat.subject, heartbeat);
    this.flush();
  }

  async latest(): Promise<readonly Heartbeat[]> {
    this.table.requireUp();
    const heartbeats = new Map(this.table.rows);
    for (const heartbeat of this.#unwritten.values()) {
      const known = heartbeats.get(heartbeat.subject);
      if (!known || isNewer(heartbeat, known)) heartbeats.set(heartbeat.subject, heartbeat);
    }
    return [...heartbeats.values()];
  }

  forget(subject: string): void {
    this.#unwritten.delete(subject);
    if (!this.table.down) this.table.rows.delete(subject);
  }

  flush(): void {
    if (this.table.down) return;
    for (const heartbeat of this.#unwritten.values()) this.table.upsert(heartbeat);
    this.#unwritten.clear();
  }
}

function isNewer(one: Heartbeat, other: Heartbeat): boolean {
  return one.token > other.token || (one.token === other.token && one.sequence > other.sequence);
}
