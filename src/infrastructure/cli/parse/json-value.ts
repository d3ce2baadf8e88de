import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';

/** JSON written out, or `@FILE` for a file that holds it. */
export function jsonValue(text: string): unknown {
  const source = text.startsWith('@') ? read(text.slice(1)) : text;
  try {
    return JSON.parse(source) as unknown;
  } catch {
    throw new InvalidArgumentError('It is JSON, or @FILE for a file with JSON in it.');
  }
}

export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  const value = jsonValue(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InvalidArgumentError('It is a JSON object, or @FILE for a file with one in it.');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    throw new InvalidArgumentError(`The file ${path} cannot be read.`);
  }
}
