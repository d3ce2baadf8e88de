/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads Prometheus' text format; a line that does not fit it throws. */
export function samplesOf(text: string): readonly Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', inBraces = '', value = ''] = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
      if (name === '' || Number.isNaN(Number(value.replace('Inf', 'Infinity'))))
        throw new Error(`not a sample: ${line}`);
      const pairs = [...inBraces.matchAll(/([a-z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/gi)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, label, text]) => [label ?? '', text ?? ''])),
        value: Number(value.replace('Inf', 'Infinity')),
      };
    });
}

/** The sum of the samples of this name with these labels, whatever other labels they have; undefined: there is none. */
export function valueOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
