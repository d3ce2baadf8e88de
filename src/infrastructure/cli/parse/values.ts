import { InvalidArgumentError } from 'commander';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time with its unit, such as 500ms, 30s, 5m, 2h or 1d; in milliseconds. */
export function duration(text: string): number {
  const [, amount, unit] = /^(\d{1,10}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Math.round(Number(amount) * (units[unit ?? ''] ?? NaN));
  if (Number.isSafeInteger(ms)) return ms;
  throw new InvalidArgumentError('It is a time with its unit, such as 500ms, 30s, 5m, 2h or 1d.');
}

/** A time with its unit, at least `leastMs`. */
export const durationOf =
  (leastMs: number) =>
  (text: string): number => {
    const ms = duration(text);
    if (ms >= leastMs) return ms;
    throw new InvalidArgumentError(`It is a time of ${leastMs}ms or more, with its unit.`);
  };

/** A moment in ISO 8601, or how long ago it was; as ISO 8601. */
export const sinceMoment =
  (nowMs: () => number) =>
  (text: string): string => {
    if (/^\d{4}-\d{2}-\d{2}T/.test(text) && Number.isFinite(Date.parse(text))) return new Date(text).toISOString();
    if (/^\d[\d.]*(ms|s|m|h|d)$/.test(text)) return new Date(nowMs() - duration(text)).toISOString();
    throw new InvalidArgumentError('It is a moment such as 2026-01-31T12:00:00Z, or how long ago it was, such as 10m.');
  };

/** A whole number, at least `least`. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^-?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It is a whole number, ${least} or more.`);
  };

export const player = wholeNumber(1);
export const token = wholeNumber(0);

/** For an option that may stand several times, each with one value or several with commas between. */
export function several(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, ...text.split(',').filter((part) => part !== '')];
}

/** A place in the log, or a moment in ISO 8601. */
export function asOf(text: string): string {
  if (/^\d{1,20}$/.test(text)) return text;
  if (/^\d{4}-\d{2}-\d{2}T/.test(text) && Number.isFinite(Date.parse(text))) return text;
  throw new InvalidArgumentError('It is a position, or a moment such as 2026-01-31T12:00:00Z.');
}

export function position(text: string): string {
  if (/^(0|[1-9]\d{0,19})$/.test(text)) return text;
  throw new InvalidArgumentError('It is a position: the number that a command answered with.');
}
