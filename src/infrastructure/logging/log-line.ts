import type { About, LogLevel } from '../../application/ports/log.js';
import { oneLine, sentenceText, stackText, valueText } from './plain-text.js';

export interface Said {
  readonly atMs: number;
  readonly component: string;
  readonly sentence: string;
  readonly about: About;
}

export const levelOf = ({ level = 'info' }: About): LogLevel => level;

/** One object a line, in UTC; no value can end it early. */
export function jsonLine({ atMs, component, sentence, about }: Said): string {
  const { event, level: _level, error, ...fields } = about;
  const line = {
    ts: new Date(atMs).toISOString(),
    level: levelOf(about),
    event,
    component,
    msg: sentenceText(sentence),
    ...Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? valueText(value) : value]),
    ),
    ...(error !== undefined && { err: errorOf(error, levelOf(about) === 'error') }),
  };
  return JSON.stringify(line);
}

/** For people: what happened, and under an error where it came from. */
export function textLine({ atMs, component, sentence, about }: Said, paint: (level: LogLevel, text: string) => string) {
  const level = levelOf(about);
  const at = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const line = `${at} ${paint(level, level.toUpperCase().padEnd(5))} ${component}: ${oneLine(sentenceText(sentence))}`;
  if (level !== 'error' || !isError(about.error)) return line;
  const stack = stackText(about.error.stack ?? '').split('\n');
  return [line, ...stack.map((each) => `    ${oneLine(each.trim())}`)].join('\n');
}

function errorOf(error: unknown, withStack: boolean) {
  if (!isError(error)) return { type: typeof error };
  const { name, code, stack } = error;
  return {
    type: valueText(name),
    ...(code !== undefined && { code: valueText(`${code}`) }),
    ...(withStack && stack !== undefined && { stack: stackText(stack) }),
  };
}

function isError(error: unknown): error is Error & { readonly code?: string | number } {
  return typeof error === 'object' && error !== null && 'message' in error && 'name' in error;
}
