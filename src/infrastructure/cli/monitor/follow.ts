import { numberOf, sizeOf, textFrom } from './log-file.js';

const everyMs = 200;

/** Tells what is added to a file, for ever; a file that another one replaced is followed from its beginning. */
export async function follow(path: string, from: number, tell: (text: string) => void): Promise<never> {
  let at = from;
  let file = numberOf(path);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const now = numberOf(path);
    if (now !== file || sizeOf(path) < at) at = 0;
    file = now;
    const text = textFrom(path, at);
    at += Buffer.byteLength(text);
    if (text !== '') tell(text);
  }
}
