import { existsSync, readFileSync } from 'node:fs';

/** The server's address: `HOLDFAST_URL`, else this machine at `HOLDFAST_PORT`; from the environment or the `.env` here. */
export function serverUrl(env: Readonly<Record<string, string | undefined>>, file = '.env'): string {
  const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const of = (name: string) => env[name] || valueIn(written, name);
  const port = of('HOLDFAST_PORT');
  return of('HOLDFAST_URL') ?? `http://127.0.0.1:${port && port !== '0' ? port : 4000}`;
}

function valueIn(file: string, name: string): string | undefined {
  const [, value] = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*["']?([^"'#\\s]+)`, 'm').exec(file) ?? [];
  return value;
}
