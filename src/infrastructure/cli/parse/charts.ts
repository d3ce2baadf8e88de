import { readChart } from '../../../application/registry/chart-file.js';
import type { Json } from '../../../domain/kernel/json.js';
import { usage } from '../failure.js';

export interface ChartToSend {
  readonly symbol: string;
  /** As the file has it: the server reads every form itself. */
  readonly body: Json;
}

/**
 * The systems in a text: one in any form that a chart is kept in; several in a list, or in a list under `systems` or
 * `data`; or one JSON text a line.
 * @throws Failure with the place and the rule
 */
export function chartsIn(text: string, file: string): readonly ChartToSend[] {
  const whole = parsed(text);
  const parts = whole === undefined ? lines(text, file) : systemsIn(whole);
  return parts.map((body, index) => {
    const read = readChart(body);
    const place = parts.length === 1 ? file : `System ${index + 1} of ${file}`;
    if (read.type === 'UnreadableChart') throw usage(`${place} is no chart: ${read.reason}.`);
    return { symbol: read.chart.symbol, body };
  });
}

function lines(text: string, file: string): readonly Json[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const value = parsed(line);
      if (value === undefined) throw usage(`${file} is not JSON, and its line ${index + 1} is not either.`);
      return value;
    });
}

function systemsIn(whole: Json): readonly Json[] {
  const inside = isObject(whole) ? (whole['systems'] ?? whole['data']) : whole;
  return Array.isArray(inside) && inside.length > 0 && inside.every(isSystem) ? (inside as Json[]) : [whole];
}

const isSystem = (part: Json): boolean =>
  isObject(part) && ['waypoints', 'graph', 'graph_data'].some((name) => Object.hasOwn(part, name));

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
