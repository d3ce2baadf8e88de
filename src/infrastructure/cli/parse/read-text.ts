import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Failure } from '../failure.js';

const mostBytes = 268_435_456;

/** A whole file, or stdin for `-`. @throws Failure when it cannot be read, is longer than 256 MiB, or is not UTF-8 */
export async function readText(file: string, stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === '-' ? stdin : createReadStream(file)) {
      bytes += (chunk as Buffer).length;
      if (bytes > mostBytes) throw new Failure(2, `${file} is longer than 256 MiB.`);
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(2, `The file ${file} cannot be read.`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new Failure(2, `The file ${file} is not UTF-8.`, { cause });
  }
}
