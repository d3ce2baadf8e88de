import { counted } from '../../domain/kernel/text.js';
import type { EventPage, RecordedEvent } from './answers.js';
import { isThere, toFile, type Output } from './output.js';
import { showProgress, type Progress } from './print/progress.js';
import type { Invocation } from './invocation.js';

export interface ToExport {
  /** A file, `-` for stdout; absent: where the data of the command goes. */
  readonly out?: string;
  readonly streams?: readonly string[] | undefined;
  readonly each?: (event: RecordedEvent) => RecordedEvent | undefined;
}

const pageLength = 500;
const heldBack = 1_048_576;

/** Writes the log as JSON lines, one event each, up to the head that the first page saw. A file is whole or not there. */
export async function exportEvents(invocation: Invocation, { out, streams, each }: ToExport): Promise<void> {
  const file = out === undefined || out === '-' ? undefined : out;
  if (file !== undefined && isThere(file)) {
    await invocation.confirm(`The file ${file} is there already and is replaced.`);
  }
  const output = file === undefined ? invocation.output : toFile(file);
  const progress = await showProgress(invocation, output.isTerminal);
  try {
    const written = await writeAll(eventsOf(invocation, streams, progress), output, each);
    progress.end();
    if (file === undefined) return;
    output.end();
    invocation.remark(`Wrote ${counted(written, 'event')} to ${file}.`);
  } catch (error) {
    progress.end();
    if (file !== undefined) output.discard();
    throw error;
  }
}

async function writeAll(
  events: AsyncIterable<RecordedEvent>,
  output: Output,
  each: NonNullable<ToExport['each']> = (event) => event,
): Promise<number> {
  let written = 0;
  let waiting = '';
  for await (const event of events) {
    const chosen = each(event);
    if (!chosen) continue;
    waiting += `${JSON.stringify(chosen)}\n`;
    written += 1;
    if (waiting.length < heldBack) continue;
    output.write(waiting);
    waiting = '';
  }
  if (waiting !== '') output.write(waiting);
  return written;
}

async function* eventsOf(
  invocation: Invocation,
  streams: readonly string[] | undefined,
  progress: Progress,
): AsyncGenerator<RecordedEvent> {
  let after: string | undefined;
  let upTo: bigint | undefined;
  let read = 0;
  for (;;) {
    const { body } = await invocation.api.get<EventPage>('events', { after, streams, limit: pageLength });
    upTo ??= BigInt(body.head);
    for (const event of body.events) {
      if (BigInt(event.position) > upTo) return;
      read += 1;
      yield event;
    }
    if (body.next === null) return;
    after = body.next;
    progress.step({ what: 'export', share: shareOf(after, upTo), standing: counted(read, 'event') });
  }
}

function shareOf(position: string, upTo: bigint): number {
  return upTo > 0n ? Math.min(100, Number((BigInt(position) * 100n) / upTo)) : 100;
}
