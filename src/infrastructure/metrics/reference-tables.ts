import { logEvents } from '../../application/ports/log.js';
import { definitions } from './definitions.js';

const cell = (text: string) => text.replaceAll('|', '\\|');
const code = (text: string) => `\`${text}\``;

function table(...rows: readonly (readonly string[])[]): string {
  const [head = [], ...others] = rows;
  return [head, head.map(() => '---'), ...others].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The table of docs/metrics.md, in Markdown. */
export function metricsTable(): string {
  const rows = Object.values(definitions).map(({ name, kind, help, labels }) => [
    code(name),
    kind,
    Object.keys(labels).map(code).join(', ') || '–',
    cell(help),
  ]);
  return table(['Name', 'Type', 'Labels', 'Meaning'], ...rows);
}

/** The inventory of docs/logs.md, in Markdown. */
export function logTable(): string {
  return table(
    ['Event', 'Meaning'],
    ...Object.entries(logEvents).map(([name, meaning]) => [code(name), cell(meaning)]),
  );
}
