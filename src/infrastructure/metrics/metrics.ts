import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { definitions, type Definition } from './definitions.js';

type Definitions = typeof definitions;
type LabelOf<D> = D extends Definition<string, infer L> ? keyof L & string : never;
type InstrumentOf<D> = D extends { readonly kind: 'counter' }
  ? Counter<LabelOf<D>>
  : D extends { readonly kind: 'gauge' }
    ? Gauge<LabelOf<D>>
    : Histogram<LabelOf<D>>;

/** Every instrument under its name in the table, and the registry that writes them all out. */
export type Metrics = { readonly [Name in keyof Definitions]: InstrumentOf<Definitions[Name]> } & {
  readonly registry: Registry;
};

/** Injection token of the metrics of one application. */
export const METRICS = Symbol('Metrics');

/** Metrics of one application: two in a process do not know each other. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const made = Object.entries(definitions).map(([name, definition]) => [name, instrument(definition, registry)]);
  return { ...Object.fromEntries(made), registry } as Metrics;
}

function instrument(
  { kind, name, help, labels, buckets = [] }: Definition<string, Readonly<Record<string, readonly string[]>>>,
  registry: Registry,
) {
  const named = { name, help, labelNames: Object.keys(labels), registers: [registry] };
  if (kind === 'gauge') return new Gauge(named);
  if (kind === 'histogram') {
    const made = new Histogram({ ...named, buckets: [...buckets] });
    for (const known of knownSeries(labels)) made.zero(known);
    return made;
  }
  const made = new Counter(named);
  for (const known of knownSeries(labels)) made.inc(known, 0);
  return made;
}

/** Every combination of the label values that are known beforehand; none where one label is open. */
function knownSeries(labels: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (series, [label, values]) => series.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}
