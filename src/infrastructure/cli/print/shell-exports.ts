import type { LockName } from '../parse/lock-name.js';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** What the later verbs read from the environment, as a shell takes it over with `eval`. */
export function shellExports(lock: Pick<LockName, 'kind' | 'scope' | 'name'>, token: number, session: string): string {
  return Object.entries(lockVariables(lock, token, session))
    .map(([name, value]) => (value === undefined ? `unset ${name}` : `export ${name}=${quoted(value)}`))
    .join('\n');
}

/** Undefined are those that would name another lock beside this one. */
export function lockVariables(
  { kind, scope, name }: Pick<LockName, 'kind' | 'scope' | 'name'>,
  token: number,
  session: string,
): Readonly<Record<string, string | undefined>> {
  return {
    HOLDFAST_TOKEN: String(token),
    HOLDFAST_SESSION: session,
    ...(kind === 'task'
      ? { HOLDFAST_TASK: name, HOLDFAST_QUEUE: scope, HOLDFAST_PHASE: undefined }
      : { HOLDFAST_TASK: undefined, HOLDFAST_QUEUE: undefined, HOLDFAST_PHASE: `${scope}/${name}` }),
  };
}
