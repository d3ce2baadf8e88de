import { sources } from './load-config.js';
import type { Source } from './load-config.js';
import { Secret } from './secret.js';
import { allSettings } from './settings.js';
import type { Config } from './settings.js';

export interface DescribedValue {
  readonly name: string;
  readonly value: string;
  readonly source: Source;
}

const plainUrl = /^([a-z+]+:\/\/)(?:[^@/?#]*@)?([A-Za-z0-9.,:[\]_-]+(?:\/[\w-]*)?)(?:\?[^@]*)?$/;

/** Scheme and place of a connection string, without user, password and query. What is not plainly one is hidden whole. */
function masked(secret: Secret): string {
  const [, scheme, place] = plainUrl.exec(secret.reveal()) ?? [];
  return scheme === undefined || place === undefined ? String(secret) : `${scheme}[secret]@${place}`;
}

function text(value: Config[keyof Config]): string {
  if (value === undefined) return '';
  if (value instanceof Secret) return masked(value);
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** The effective configuration for a log line or a page: every value with its source, secrets masked. */
export function describeConfig(config: Config): readonly DescribedValue[] {
  const from = sources(config);
  return allSettings().map(([key, { name }]) => ({
    name,
    value: text(config[key]),
    source: from.get(key) ?? 'default',
  }));
}
