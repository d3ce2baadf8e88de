import { counted } from '../../../domain/kernel/text.js';
import { span } from './moments.js';
import type { Step } from './progress.js';

/** One line of the answer to a rebuild. */
export interface Line {
  readonly type: string;
  readonly view?: string;
  readonly [member: string]: unknown;
}

interface Difference {
  readonly table: string;
  readonly key: readonly unknown[];
  readonly columns: readonly string[];
  readonly live: Readonly<Record<string, unknown>> | null;
  readonly rebuilt: Readonly<Record<string, unknown>> | null;
  readonly explained: boolean;
}

interface Report {
  readonly view: string;
  readonly events: number;
  readonly elapsedMs: number;
  readonly compared: boolean;
  readonly differences: readonly Difference[];
  readonly fingerprints: readonly { readonly table: string; readonly rows: number; readonly sha256: string }[];
}

const mostShown = 20;

/** What became of one view. */
export function toldOutcome(line: Line): { readonly text: string; readonly isFault: boolean } {
  const { type, view } = line;
  switch (type) {
    case 'Rebuilt':
    case 'Verified':
      return {
        text: report(line as unknown as Report, type === 'Rebuilt' ? 'was made anew' : 'is right'),
        isFault: false,
      };
    case 'Differs':
      return { text: differs(line as unknown as Report), isFault: true };
    case 'AlreadyRunning':
      return { text: `View ${view} is being made anew by somebody else at the moment.`, isFault: true };
    case 'CannotApply': {
      const { stream, eventType, position, reason } = line['parked'] as Readonly<Record<string, string>>;
      const text = `View ${view} cannot apply ${eventType} of ${stream} at position ${position}: ${reason}. Nothing was changed; --park-unreadable goes on without that stream.`;
      return { text, isFault: true };
    }
    case 'Cancelled':
      return { text: `The rebuild of ${view} was cancelled; nothing was changed.`, isFault: true };
    default:
      return { text: `The server told something unknown of view ${view}: ${type}.`, isFault: true };
  }
}

function report({ view, events, elapsedMs, compared, differences, fingerprints }: Report, what: string): string {
  const rate = Math.round((events * 1_000) / Math.max(1, elapsedMs));
  const found = compared ? `${counted(differences.length, 'difference')}, all explained` : 'nothing to compare it with';
  return [
    `View ${view} ${what}: ${counted(events, 'event')} in ${span(elapsedMs)} (${rate} a second), ${differences.length === 0 && compared ? 'no difference' : found}.`,
    ...fingerprints.map(({ table, rows, sha256 }) => `  ${table}: ${counted(rows, 'row')}, sha256 ${sha256}`),
  ].join('\n');
}

function differs({ view, differences }: Report): string {
  const unexplained = differences.filter(({ explained }) => !explained);
  const more = unexplained.length - mostShown;
  return [
    `View ${view} differs from the log in ${counted(unexplained.length, 'row')}; nothing was changed.`,
    ...unexplained.slice(0, mostShown).map((each) => `  ${difference(each)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    `Take it over all the same: holdfast projections rebuild ${view} --accept-differences`,
  ].join('\n');
}

function difference({ table, key, columns, live, rebuilt }: Difference): string {
  const row = `${table} ${key.join(' ')}`;
  if (!live) return `${row}: is missing`;
  if (!rebuilt) return `${row}: should not be there`;
  const parts = columns.map(
    (name) => `${name} is ${JSON.stringify(live[name])}, should be ${JSON.stringify(rebuilt[name])}`,
  );
  return `${row}: ${parts.join('; ')}`;
}

export function stepOf(line: Line): Step {
  const { events, eventsPerSecond, etaMs } = line as unknown as {
    readonly events: number;
    readonly eventsPerSecond: number;
    readonly etaMs: number | null;
  };
  return {
    what: `${line.view} ${String(line['phase'])}`,
    share: shareOf(line),
    standing: `${counted(events, 'event')}, ${eventsPerSecond} a second${etaMs ? `, ${span(etaMs)} to go` : ''}`,
  };
}

/** 0 to 100; positions are wider than a number holds exactly, which does not matter here. */
export function shareOf(line: Line): number {
  const target = Number(line['target']);
  return target > 0 ? Math.min(100, Math.floor((Number(line['position']) * 100) / target)) : 0;
}
