/** Found at less cost, and in every text that is not storable. */
const suspect = /[\0\ud800-\udfff]/;
const halfSurrogate = /\p{Surrogate}/u;

/** PostgreSQL stores neither NUL nor half a surrogate pair, and the log could never forget one. */
export function isStorable(text: string): boolean {
  return !suspect.test(text) || (!text.includes('\0') && !halfSurrogate.test(text));
}

/** At most so many characters of it, none of them cut in two. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : [...text].slice(0, most).join('');
}

/** So many of what one noun names: `1 event`, `2 events`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
