export interface Ids {
  /** A new random UUID. */
  uuid(): string;
  /** The same UUID for the same words, always (version 5). */
  derived(...words: readonly string[]): string;
}
