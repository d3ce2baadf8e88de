import { parse } from 'dotenv';

const assignment =
  /^[^\S\n]*(?:export\s+)?[\w.-]+(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\n]+)?[^\S\n]*(?:#.*)?$/gm;

/**
 * A file of `NAME=value` lines; a value in quotes may run over several.
 * @returns the values, and the numbers of the lines that are neither that, nor empty, nor a comment
 */
export function parseEnvFile(text: string): {
  readonly values: Readonly<Record<string, string>>;
  readonly unreadable: readonly number[];
} {
  const lines = text.replace(/\r\n?/g, '\n');
  const left = lines.replace(assignment, (taken) => '\n'.repeat(taken.split('\n').length - 1)).split('\n');
  const unreadable = left.flatMap((line, index) => (/^\s*(#.*)?$/.test(line) ? [] : [index + 1]));
  return { values: parse(lines), unreadable };
}
