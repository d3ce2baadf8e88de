import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isLoopback } from '../loopback.js';
import type { Config, ConfigKey } from './settings.js';

interface Rule {
  /** The rule is checked only when all of these were readable by themselves. */
  readonly needs: readonly ConfigKey[];
  /** A sentence if the values do not go together. */
  readonly fault: (config: Config) => string | undefined;
}

const when = (broken: boolean, sentence: string) => (broken ? sentence : undefined);

/** Host names of a connection string; several for a cluster. */
function hostsOf(url: string): string[] {
  const authority = /^[^:]+:\/\/([^/?#]+)/.exec(url)?.[1] ?? '';
  const places = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  return places.map((place) => place.replace(/:\d+$/, ''));
}

function passwordOf(url: string): string | undefined {
  return /^[^:]+:\/\/[^:@/?#]+:([^@/?#]*)@/.exec(url)?.[1];
}

const isElsewhere = (url: string) => hostsOf(url).some((host) => !isLoopback(host));
const placeholders = new Set(['admin', 'changeit', 'changeme', 'password', 'postgres']);

function placeholderFault(name: string, url: string | undefined) {
  if (url === undefined || !isElsewhere(url)) return undefined;
  return when(
    placeholders.has(passwordOf(url)?.toLowerCase() ?? ''),
    `${name} is [secret]: it carries a well-known password to another machine; set one of your own there first.`,
  );
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function dataDirectoryFault(path: string): string | undefined {
  const found = nearestExisting(path);
  const subject = `HOLDFAST_DATA is ${JSON.stringify(path)}: `;
  if (!statSync(found).isDirectory())
    return `${subject}it must be a directory, and ${JSON.stringify(found)} is a file.`;
  try {
    accessSync(found, constants.W_OK | constants.X_OK);
    return undefined;
  } catch {
    return `${subject}it must be writable, and ${JSON.stringify(found)} is not.`;
  }
}

function samePort(a: [string, number], b: [string, number]): string | undefined {
  return when(a[1] !== 0 && a[1] === b[1], `${b[0]} is "${b[1]}": it must differ from ${a[0]}.`);
}

const ports = [
  ['port', 'HOLDFAST_PORT'],
  ['eventStorePort', 'HOLDFAST_EVENTSTORE_PORT'],
  ['postgresPort', 'HOLDFAST_POSTGRES_PORT'],
  ['universePort', 'HOLDFAST_UNIVERSE_PORT'],
] as const;

const differentPorts: readonly Rule[] = ports.flatMap(([one, oneName], index) =>
  ports.slice(index + 1).map(([other, otherName]) => ({
    needs: [one, other],
    fault: (config: Config) => samePort([oneName, config[one]], [otherName, config[other]]),
  })),
);

export const rules: readonly Rule[] = [
  {
    needs: ['host', 'allowRemote'],
    fault: ({ host, allowRemote }) =>
      when(
        !isLoopback(host) && !allowRemote,
        `HOLDFAST_HOST is ${JSON.stringify(host)}: it must be a loopback address such as 127.0.0.1, because there is no authentication yet; HOLDFAST_ALLOW_REMOTE=true lets everyone who reaches that address command the fleet.`,
      ),
  },
  {
    needs: ['shipTtlMs', 'shipRenewMs'],
    fault: ({ shipTtlMs, shipRenewMs }) =>
      when(
        shipTtlMs < 3 * shipRenewMs,
        `HOLDFAST_SHIP_TTL_MS is "${shipTtlMs}": it must be at least 3 x HOLDFAST_SHIP_RENEW_MS (${shipRenewMs}), so that two lost renewals do not cost the ship.`,
      ),
  },
  {
    needs: ['daemonTtlMs', 'daemonRenewMs'],
    fault: ({ daemonTtlMs, daemonRenewMs }) =>
      when(
        daemonTtlMs < 3 * daemonRenewMs,
        `HOLDFAST_DAEMON_TTL_MS is "${daemonTtlMs}": it must be at least 3 x HOLDFAST_DAEMON_RENEW_MS (${daemonRenewMs}), so that two lost renewals do not cost the ship.`,
      ),
  },
  {
    needs: ['shutdownMs', 'drainMs'],
    fault: ({ shutdownMs, drainMs }) =>
      when(
        shutdownMs < drainMs + 5_000,
        `HOLDFAST_SHUTDOWN_MS is "${shutdownMs}": it must be at least HOLDFAST_DRAIN_MS (${drainMs}) and 5000 more, so that what was cut can be written down.`,
      ),
  },
  {
    needs: ['monitorIntervalMs', 'shipTtlMs'],
    fault: ({ monitorIntervalMs, shipTtlMs }) =>
      when(
        monitorIntervalMs > shipTtlMs,
        `HOLDFAST_MONITOR_INTERVAL_MS is "${monitorIntervalMs}": it must not exceed HOLDFAST_SHIP_TTL_MS (${shipTtlMs}).`,
      ),
  },
  {
    needs: ['bodyLimitBytes', 'bulkBodyLimitBytes'],
    fault: ({ bodyLimitBytes, bulkBodyLimitBytes }) =>
      when(
        bulkBodyLimitBytes < bodyLimitBytes,
        `HOLDFAST_BULK_BODY_LIMIT_BYTES is "${bulkBodyLimitBytes}": it must be at least HOLDFAST_BODY_LIMIT_BYTES (${bodyLimitBytes}).`,
      ),
  },
  ...differentPorts,
  { needs: ['dataDirectory'], fault: ({ dataDirectory }) => dataDirectoryFault(dataDirectory) },
  {
    needs: ['eventStoreUrl', 'allowPlaintext'],
    fault: ({ eventStoreUrl, allowPlaintext }) => {
      const url = eventStoreUrl?.reveal() ?? '';
      const open = /[?&](tls|tlsVerifyCert)=false(&|$)/i.test(url);
      return when(
        open && isElsewhere(url) && !allowPlaintext,
        'EVENTSTORE_URL is [secret]: it must not switch TLS or its check off for another machine; HOLDFAST_ALLOW_PLAINTEXT=true accepts that on a network you trust.',
      );
    },
  },
  {
    needs: ['eventStoreUrl'],
    fault: ({ eventStoreUrl }) => placeholderFault('EVENTSTORE_URL', eventStoreUrl?.reveal()),
  },
  { needs: ['databaseUrl'], fault: ({ databaseUrl }) => placeholderFault('DATABASE_URL', databaseUrl?.reveal()) },
];
