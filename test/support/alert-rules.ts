import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly action?: string };
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
}

/** One metric that a rule reads, with the labels it wants. */
export interface Selector {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly matches: readonly string[];
}

export function alertRules(): readonly AlertRule[] {
  return (load(readFileSync('deploy/alerts.yml', 'utf8')) as RuleFile).groups.flatMap(({ rules }) => rules);
}

const words = new Set(
  'and or on by sum rate increase time changes absent histogram_quantile unless without'.split(' '),
);

/** What a rule reads. Its own grammar is small: names, braces, brackets, numbers, functions. */
export function selectorsOf({ expr }: Pick<AlertRule, 'expr'>): readonly Selector[] {
  const plain = expr.replace(/\b(?:by|on)\s*\([^)]*\)/g, ' ').replace(/\[[^\]]*\]/g, ' ');
  return [...plain.matchAll(/(?<![\w"])([a-z_]\w*)(?:\{([^}]*)\})?/gi)]
    .filter(([, name = '']) => !words.has(name))
    .map(([, metric = '', inBraces = '']) => {
      const pairs = [...inBraces.matchAll(/(\w+)(=~|=)"([^"]*)"/g)];
      return {
        metric,
        labels: Object.fromEntries(pairs.filter(([, , how]) => how === '=').map(([, name, , value]) => [name, value])),
        matches: pairs.map(([, name]) => name ?? ''),
      };
    });
}

/** The labels that a rule groups or joins by, those that Prometheus adds excepted. */
export function groupedBy({ expr }: Pick<AlertRule, 'expr'>): readonly string[] {
  const lists = [...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(','));
  return lists.map((label) => label.trim()).filter((label) => !['job', 'instance', 'le'].includes(label));
}
