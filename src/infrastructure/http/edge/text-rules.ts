const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/** Names that change an object's prototype when carelessly copied. */
export const isForbiddenKey = (key: string): boolean => reserved.has(key);

const hidden = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A stranger's text made safe to show: at most 64 characters, nothing invisible. */
export function shown(text: string): string {
  const short = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return short.replace(hidden, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** RFC 6901, each part cut to 64 visible characters. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${shown(String(part)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
