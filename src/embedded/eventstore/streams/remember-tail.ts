import type { EventLog } from '../log/event-log.js';
import type { RecentIds } from './recent-ids.js';

const tailRecords = 4096;
const pageRecords = 64;

/** Teaches the ids at the end of the log, so that a writer who repeats himself after a restart is recognised. */
export async function rememberTail(log: EventLog, recentIds: RecentIds): Promise<void> {
  const tail: { id: Uint8Array; stream: string; revision: number }[] = [];
  for (let at = log.durableEnd; tail.length < tailRecords;) {
    const page = await log.readAll(at, 'backwards', pageRecords);
    const oldest = page.at(-1);
    if (oldest === undefined) break;
    at = oldest.position;
    for (const { id, stream, revision, tombstone } of page)
      if (!tombstone) tail.push({ id: Uint8Array.from(id), stream, revision });
  }
  for (const { id, stream, revision } of tail.reverse()) recentIds.remember(id, stream, revision);
}
