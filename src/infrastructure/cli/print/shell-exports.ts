import type { LockName } from '../parse/lock-name.js';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What the later verbs read from the environment, as a shell takes it over with `eval`. */
export function shellExports(lock: Pick<LockName, 'kind' | 'scope' | 'name'>, token: number, session: string): string {
  return Object.entries(lockVariables(lock, token, session))
    .map(([name, value]) => `export ${name}=${quoted(value)}`)
    .join('\n');
}

export function lockVariables(
  { kind, scope, name }: Pick<LockName, 'kind' | 'scope' | 'name'>,
  token: number,
  session: string,
): Readonly<Record<string, string>> {
  return {
    HOLDFAST_TOKEN: String(token),
    HOLDFAST_SESSION: session,
    ...(kind === 'task' ? { HOLDFAST_TASK: name, HOLDFAST_QUEUE: scope } : { HOLDFAST_PHASE: `${scope}/${name}` }),
  };
}
