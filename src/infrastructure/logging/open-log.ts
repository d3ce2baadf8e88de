import picocolors from 'picocolors';
import type { LogLevel, Say } from '../../application/ports/log.js';
import { jsonLine, levelOf, textLine } from './log-line.js';

export interface LogOptions {
  readonly logFormat: 'text' | 'json';
  /** The least severe that is written. */
  readonly logLevel: LogLevel;
  /** Where lines go; errors have a way of their own. The process's own unless told. */
  readonly out?: Pick<NodeJS.WritableStream, 'write'>;
  readonly err?: Pick<NodeJS.WritableStream, 'write'>;
  readonly nowMs?: () => number;
}

/** Gives each part of the program its own voice in the one log. */
export type Log = (component: string) => Say;

const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** The log of this process: lines on stdout, errors on stderr. */
export function openLog(options: LogOptions): Log {
  const { logFormat, logLevel, out = process.stdout, err = process.stderr, nowMs = Date.now } = options;
  const paint = painter();
  return (component) => (sentence, about) => {
    const level = levelOf(about);
    if (levels.indexOf(level) > levels.indexOf(logLevel)) return;
    const said = { atMs: nowMs(), component, sentence, about };
    const line = logFormat === 'json' ? jsonLine(said) : textLine(said, paint);
    (level === 'error' ? err : out).write(`${line}\n`);
  };
}

function painter(): (level: LogLevel, text: string) => string {
  const { red, yellow, green, gray } = picocolors.createColors(wantsColours());
  const colours = { error: red, warn: yellow, info: green, debug: gray };
  return (level, text) => colours[level](text);
}

/** As the terminal can show them; a file and a pipe get none unless they are asked for. */
function wantsColours(): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none } = process.env;
  if (forced) return forced !== '0';
  return Boolean(process.stdout.isTTY) && !none;
}
