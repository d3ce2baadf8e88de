const metastreamPrefix = '$$';

export const allStream = '$all';

export function isMetastream(stream: string): boolean {
  return stream.startsWith(metastreamPrefix);
}

/** `$$name`: where the metadata of `name` is kept. */
export function metastreamOf(stream: string): string {
  return metastreamPrefix + stream;
}

/** `name` of `$$name`. */
export function originalOf(metastream: string): string {
  return metastream.slice(metastreamPrefix.length);
}

export function isValidStreamName(stream: string): boolean {
  return stream !== '' && stream !== metastreamPrefix;
}
