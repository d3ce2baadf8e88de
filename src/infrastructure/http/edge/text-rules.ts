const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/** Names that change an object's prototype when carelessly copied. */
export const isForbiddenKey = (key: string): boolean => reserved.has(key);

const hidden = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Nothing in it is invisible. */
export function visible(text: string): string {
  return text.replace(hidden, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A stranger's text made safe to show: at most 64 characters, nothing invisible. */
export function shown(text: string): string {
  return visible(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}

/** RFC 6901, each part cut to 64 visible characters. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${shown(String(part)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
