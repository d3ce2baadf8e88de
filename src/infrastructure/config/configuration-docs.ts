import { allSettings } from './settings.js';

const cell = (text: string) => text.replaceAll('|', '\\|');
const code = (text: string | undefined) => (text ? `\`${text}\`` : '–');

/** The table of docs/configuration.md, in Markdown. */
export function configurationTable(): string {
  const rows = allSettings().map(([, { name, fallback, accepts, meaning }]) =>
    [code(name), code(fallback), cell(accepts), cell(meaning)].join(' | '),
  );
  return ['Variable | Default | Accepts | Meaning', '--- | --- | --- | ---', ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}

/** The text of .env.example: every variable with its meaning, commented out at its default. */
export function envExample(): string {
  const entries = allSettings().map(([, { name, fallback, meaning }]) => `# ${meaning}\n#${name}=${fallback ?? ''}\n`);
  return ['# Copy to .env and uncomment what you change. The real environment wins over this file.\n', ...entries].join(
    '\n',
  );
}
