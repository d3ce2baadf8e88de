import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeEvent } from '../../src/application/events/event-codec.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { Fact } from '../../src/projections/view.js';

const folder = fileURLToPath(new URL('histories/', import.meta.url));

/** Names of the histories that are kept, each `histories/{name}.jsonl`. */
export const histories: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.replace(/\.jsonl$/, ''))
  .sort();

export function textOf(name: string): string {
  return readFileSync(`${folder}${name}.jsonl`, 'utf8');
}

interface Exported extends Omit<RecordedEvent, 'revision' | 'position' | 'createdMs'> {
  readonly revision: string;
  readonly position: string;
  readonly createdAtMs?: number;
  /** Its name in the histories that were kept first; what is kept stays as it is. */
  readonly createdMs?: number;
}

/** The events as `holdfast history export` wrote them, one JSON object a line. */
export function recordedIn(text: string): RecordedEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { createdAtMs, createdMs = createdAtMs ?? 0, ...event } = JSON.parse(line) as Exported;
      return { ...event, createdMs, revision: BigInt(event.revision), position: BigInt(event.position) };
    });
}

/** What a view is given. Throws for an event that this program does not understand. */
export function factsOf(events: readonly RecordedEvent[]): Fact[] {
  return events.map((recorded) => {
    const { stream, revision, position } = recorded;
    return { stream, revision, position, event: decodeEvent(recorded) };
  });
}
