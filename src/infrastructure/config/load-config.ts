import { existsSync, readFileSync } from 'node:fs';
import { ConfigError } from './config-error.js';
import { parseEnvFile } from './env-file.js';
import { nearestName } from './nearest-name.js';
import { rules } from './rules.js';
import { allSettings, configSchema } from './settings.js';
import type { Config, ConfigKey, Setting } from './settings.js';

/** Names beginning like ours that belong to the command line and to the tests. */
export const namesOfOthers: readonly string[] = [
  'HOLDFAST_URL',
  'HOLDFAST_RECORDED_UNIVERSE',
  'HOLDFAST_TOKEN',
  'HOLDFAST_SESSION',
  'HOLDFAST_TASK',
  'HOLDFAST_QUEUE',
  'HOLDFAST_PHASE',
  'HOLDFAST_RUN',
];

export type Source = 'default' | 'env' | 'file';
type Variables = Readonly<Record<string, string | undefined>>;

export interface LoadOptions {
  /** A file of `NAME=value` lines; must be readable. Default: `.env` in the working directory, if there is one. */
  readonly envFile?: string;
  /** Names beginning with HOLDFAST_ that belong to other programs (the CLI, scripts) and are left alone. */
  readonly alsoKnown?: readonly string[];
}

const sourcesOf = new WeakMap<Config, ReadonlyMap<ConfigKey, Source>>();

/** Where each value of a loaded configuration came from. */
export function sources(config: Config): ReadonlyMap<ConfigKey, Source> {
  return sourcesOf.get(config) ?? new Map();
}

function readEnvFile(path: string | undefined, faults: string[]): Variables {
  if (path === undefined && !existsSync('.env')) return {};
  const file = path ?? '.env';
  try {
    const { values, unreadable } = parseEnvFile(readFileSync(file, 'utf8'));
    faults.push(...unreadable.map((line) => `Line ${line} of ${JSON.stringify(file)} is not NAME=value.`));
    return values;
  } catch {
    faults.push(`The file ${JSON.stringify(file)} cannot be read.`);
    return {};
  }
}

function unknownNames(variables: Variables, known: readonly string[]): string[] {
  return Object.keys(variables)
    .filter((name) => name.startsWith('HOLDFAST_') && !known.includes(name))
    .map((name) => `${name} is not a setting; the nearest one is ${nearestName(name, known)}.`);
}

function shown(text: string, setting: Setting): string {
  if (setting.secret) return '[secret]';
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}

/** A variable that is set but empty counts as absent: that is what `NAME=` in a file and `${NAME:-}` in a compose file mean. */
function pick(name: string, env: Variables, file: Variables): [string, Source] | undefined {
  if (env[name]) return [env[name], 'env'];
  if (file[name]) return [file[name], 'file'];
  return undefined;
}

/**
 * Reads the environment and the `.env` file once; the environment wins.
 * @throws ConfigError with every fault at once, one sentence each
 */
export function loadConfig(env: Variables, options: LoadOptions = {}): Config {
  const faults: string[] = [];
  const file = readEnvFile(options.envFile, faults);
  const settings = allSettings();
  const known = [...settings.map(([, setting]) => setting.name), ...(options.alsoKnown ?? [])];
  faults.push(...new Set(unknownNames({ ...file, ...env }, known)));

  const values: Partial<Record<ConfigKey, unknown>> = {};
  const from = new Map<ConfigKey, Source>();
  for (const [key, setting] of settings) {
    const [text, source] = pick(setting.name, env, file) ?? [setting.fallback, 'default' as const];
    const parsed = configSchema.shape[key].safeParse(text);
    if (parsed.success) values[key] = parsed.data;
    else faults.push(`${setting.name} is ${shown(text ?? '', setting)}: it must be ${setting.accepts}.`);
    from.set(key, source);
  }

  const config = values as Config;
  for (const rule of rules) {
    if (!rule.needs.every((key) => key in values)) continue;
    const fault = rule.fault(config);
    if (fault !== undefined) faults.push(fault);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  sourcesOf.set(config, from);
  return Object.freeze(config);
}
