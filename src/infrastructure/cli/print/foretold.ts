import type { Explanation } from '../answers.js';
import { toldWhy } from './why.js';

interface Foretold {
  readonly expectedToken: number | null;
  readonly why: Explanation;
}

/** What an act would do, and how to hold it to that. */
export function foretold(
  invocation: Parameters<typeof toldWhy>[1],
  { expectedToken, why }: Foretold,
  would: string,
): string {
  const held = expectedToken === null ? '' : ` To hold it to that: --expected-token ${expectedToken}`;
  return `${would}${held}\n\n${toldWhy(why, invocation)}`;
}
