export const timeFormats = ['relative', 'iso', 'raw'] as const;
export type TimeFormat = (typeof timeFormats)[number];

const steps = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** A length of time in its largest unit and the next smaller one: `2 h 5 min`. */
export function span(ms: number): string {
  const index = steps.findIndex(([length]) => ms >= length);
  const step = steps[index];
  if (!step) return ms <= 0 ? '0 s' : `${Math.round(ms)} ms`;
  const [length, unit] = step;
  const whole = Math.floor(ms / length);
  const next = steps[index + 1];
  const rest = next ? Math.floor((ms - whole * length) / next[0]) : 0;
  return next && rest > 0 && whole < 10 ? `${whole} ${unit} ${rest} ${next[1]}` : `${whole} ${unit}`;
}

/** Writes instants as the user asked for them; none is `–`. */
export function momentsIn(format: TimeFormat, nowMs: number): (atMs: number | null | undefined) => string {
  return (atMs) => {
    if (atMs === null || atMs === undefined) return '–';
    if (format === 'raw') return String(atMs);
    if (format === 'iso') return new Date(atMs).toISOString();
    const agoMs = nowMs - atMs;
    if (Math.abs(agoMs) < 1_000) return 'just now';
    return agoMs > 0 ? `${span(agoMs)} ago` : `in ${span(-agoMs)}`;
  };
}
