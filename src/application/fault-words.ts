import type { z } from 'zod';

/** What is wrong with a value and where, as zod says it. */
export type Issue = z.core.$ZodIssue;

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const unfit = 'Does not fit.';

/** One sentence about a value whose name stands before it. A schema's own words go before these. */
export function faultWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'Is needed.';
      return Object.hasOwn(kinds, issue.expected) ? `Must be ${kinds[issue.expected]}.` : unfit;
    case 'invalid_value':
      if (issue.input === undefined) return 'Is needed.';
      return issue.values.length === 1
        ? `Must be ${String(issue.values[0])}.`
        : `Must be one of ${issue.values.map(String).join(', ')}.`;
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), issue.inclusive !== false);
    case 'invalid_format':
      return issue.format === 'datetime' ? 'Must be a moment in UTC such as 2026-01-31T12:00:00Z.' : unfit;
    case 'unrecognized_keys':
      return `Has what is not known here: ${issue.keys.join(', ')}.`;
    case 'invalid_union':
      return oneOf(issue.errors.map(([first]) => first?.message ?? unfit));
    default:
      return unfit;
  }
}

function tooSmall(origin: string, least: number, inclusive: boolean): string {
  if (origin === 'string') return least === 1 ? 'Must not be empty.' : `Must have ${least} characters or more.`;
  if (origin === 'array') return least === 1 ? 'Must not be empty.' : `Must have ${least} members or more.`;
  return inclusive ? `Must be ${least} or more.` : `Must be more than ${least}.`;
}

function tooBig(origin: string, most: number, inclusive: boolean): string {
  if (origin === 'string') return `Must have ${most} characters at most.`;
  if (origin === 'array') return `Must have ${most} members at most.`;
  return inclusive ? `Must be ${most} at most.` : `Must be less than ${most}.`;
}

const must = /^Must be (.+)\.$/;

function oneOf(sentences: readonly string[]): string {
  const [first = unfit, ...others] = new Set(sentences);
  if (others.length === 0) return first;
  const parts = [first, ...others].map((sentence) => must.exec(sentence)?.[1]);
  return parts.includes(undefined) ? unfit : `Must be ${parts.join(', or ')}.`;
}

/** Of a value that may have several forms, what is wrong within the one that it was meant to have, if that can be told. */
export function issuesWithin(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const begun = issue.errors.filter((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0));
  const [meant, ...others] = begun;
  if (!meant || others.length > 0) return [issue];
  return meant.flatMap((each) => issuesWithin({ ...each, path: [...issue.path, ...each.path] }));
}

const mostTold = 3;

/** The first faults of a value as the rest of a sentence: `queue[3].title must be text; queue[4].id is needed`. */
export function toldFaults({ issues }: z.core.$ZodError, whole = 'it'): string {
  const all = issues.flatMap(issuesWithin);
  const told = all.slice(0, mostTold).map(({ path, message }) => `${placeOf(path) || whole} ${continued(message)}`);
  return [...told, ...(all.length > mostTold ? [`and ${all.length - mostTold} more`] : [])].join('; ');
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function continued(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, '');
}
