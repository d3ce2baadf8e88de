import { counted } from '../../../domain/kernel/text.js';
import type { LogLine } from '../answers.js';
import type { Invocation } from '../invocation.js';
import { printable } from './table.js';

/** One line: always the moment itself, because lines are compared with other logs. */
export function logText({ lastAtMs, level, text, count }: LogLine, { colors, globals }: Invocation): string {
  const when = globals.timeFormat === 'raw' ? String(lastAtMs) : new Date(lastAtMs).toISOString();
  const word = level.toUpperCase().padEnd(5);
  const shown = level === 'error' ? colors.red(word) : level === 'warn' ? colors.yellow(word) : word;
  return `${colors.dim(when)} ${shown} ${printable(text)}${count > 1 ? colors.dim(` (${counted(count, 'time')})`) : ''}`;
}
