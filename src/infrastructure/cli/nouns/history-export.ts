import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import type { EventPage, RecordedEvent } from '../answers.js';
import { does } from '../does.js';
import { Failure } from '../failure.js';
import { several } from '../parse/values.js';
import { Redaction } from '../print/redaction.js';
import type { Session } from '../session.js';
import type { World } from '../world.js';

interface Export {
  readonly out: string;
  readonly streams?: readonly string[];
  readonly redact?: true;
}

const pageLength = 500;

export function historyExport(history: Command, world: World): void {
  const command = history
    .command('export')
    .description('Write the log as JSON lines, one event each, in its own order')
    .requiredOption('--out <file>', '- for stdout')
    .option(
      '--streams <prefixes>',
      'only streams that begin so, such as ship-2.,container-; ship-, container-, system-, player- and daemon- if absent',
      several,
    )
    .option('--redact', 'replace host names, process ids and actor keys; everything else stays as it is');
  does<Export, []>(command, world, async (session, { out, streams, redact }) => {
    const redaction = redact ? new Redaction() : undefined;
    const lines = linesOf(eventsOf(session, streams), redaction);
    if (out === '-') {
      for await (const line of lines) session.world.stdout.write(line);
      return;
    }
    const written = await writeWhole(session, out, lines);
    session.remark(`Wrote ${written} events to ${out}.`);
  });
}

/** What was in the log when the first page was read. */
async function* eventsOf(session: Session, streams: readonly string[] | undefined): AsyncGenerator<RecordedEvent> {
  let after: string | undefined;
  let upTo: bigint | undefined;
  for (;;) {
    const { body } = await session.api.get<EventPage>('events', { after, streams, limit: pageLength });
    upTo ??= BigInt(body.head);
    for (const event of body.events) {
      if (BigInt(event.position) > upTo) return;
      yield event;
    }
    if (body.next === null) return;
    after = body.next;
  }
}

async function* linesOf(events: AsyncIterable<RecordedEvent>, redaction?: Redaction): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(redaction?.of(event) ?? event)}\n`;
}

/** The file is there whole, or not at all. */
async function writeWhole(session: Session, path: string, lines: AsyncIterable<string>): Promise<number> {
  if (await exists(path)) await session.confirm(`The file ${path} is there already and is replaced.`);
  const beside = `${path}.part`;
  const file = await open(beside, 'w').catch((cause: Error) => {
    throw new Failure(1, `The file ${beside} cannot be written: ${cause.message}.`, { cause });
  });
  try {
    const written = await writeAll(file, lines);
    await rename(beside, path);
    return written;
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function writeAll(file: FileHandle, lines: AsyncIterable<string>): Promise<number> {
  let written = 0;
  let waiting = '';
  try {
    for await (const line of lines) {
      waiting += line;
      written += 1;
      if (waiting.length < 1_048_576) continue;
      await file.appendFile(waiting);
      waiting = '';
    }
    await file.appendFile(waiting);
    return written;
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
