import { existsSync, readFileSync } from 'node:fs';

type Variables = Readonly<Record<string, string | undefined>>;

/** A variable, from the environment or the `.env` here; an empty one counts as absent. */
export function variable(name: string, env: Variables, file = '.env'): string | undefined {
  return env[name] || valueIn(existsSync(file) ? readFileSync(file, 'utf8') : '', name);
}

/** The server's address: `HOLDFAST_URL`, else this machine at `HOLDFAST_PORT`; from the environment or the `.env` here. */
export function serverUrl(env: Variables, file = '.env'): string {
  const port = variable('HOLDFAST_PORT', env, file);
  return variable('HOLDFAST_URL', env, file) ?? `http://127.0.0.1:${port && port !== '0' ? port : 4000}`;
}

function valueIn(file: string, name: string): string | undefined {
  const [, value] = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*["']?([^"'#\\s]+)`, 'm').exec(file) ?? [];
  return value;
}
