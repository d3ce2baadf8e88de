import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { runVariable } from '../../../src/infrastructure/cli/holding/guard.js';
import { lockVariables } from '../../../src/infrastructure/cli/print/shell-exports.js';
import { ConfigError } from '../../../src/infrastructure/config/config-error.js';
import { describeConfig } from '../../../src/infrastructure/config/describe-config.js';
import { loadConfig, namesOfOthers } from '../../../src/infrastructure/config/load-config.js';
import type { Config } from '../../../src/infrastructure/config/settings.js';

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
const envFile = join(scratch, '.env');
const load = (env: Record<string, string>, file = ''): Config => {
  writeFileSync(envFile, file);
  return loadConfig(env, { envFile });
};
const faultsOf = (env: Record<string, string>, file = ''): readonly string[] => {
  try {
    load(env, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};
const valueOf = (config: Config, name: string) => describeConfig(config).find((row) => row.name === name);

afterAll(() => rmSync(scratch, { recursive: true }));

describe('the configuration', () => {
  it('has a value for everything when nothing is set', () => {
    const config = load({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      allowRemote: false,
      allowedHosts: [],
      dataDirectory: join(process.cwd(), 'data'),
      eventStorePort: 0,
      shipTtlMs: 30_000,
      restartDelaysMs: [5_000, 30_000, 120_000],
      bulkBodyLimitBytes: 10_485_760,
      logLevel: 'info',
      logFormat: 'text',
    });
    expect(config.eventStoreUrl).toBeUndefined();
  });

  it('takes the environment before the file, and the file before the default', () => {
    const config = load({ HOLDFAST_PORT: '4001' }, 'HOLDFAST_PORT=4002\nHOLDFAST_LOG_FORMAT=json\n');
    expect(valueOf(config, 'HOLDFAST_PORT')).toEqual({ name: 'HOLDFAST_PORT', value: '4001', source: 'env' });
    expect(valueOf(config, 'HOLDFAST_LOG_FORMAT')).toMatchObject({ value: 'json', source: 'file' });
    expect(valueOf(config, 'HOLDFAST_LOG_LEVEL')).toMatchObject({ value: 'info', source: 'default' });
  });

  it('counts a variable that is set but empty as absent', () => {
    expect(load({ HOLDFAST_PORT: '', EVENTSTORE_URL: '' })).toMatchObject({ port: 4000 });
  });

  it('cannot be changed once read, and later changes of the environment have no effect', () => {
    const env = { HOLDFAST_PORT: '4001' };
    const config = load(env);
    env.HOLDFAST_PORT = '4002';
    expect(config.port).toBe(4001);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    expect(() => (config.restartDelaysMs as number[]).push(1)).toThrow(TypeError);
  });

  it('lists all faults at once, of single values and of values that do not go together', () => {
    const faults = faultsOf({
      HOLDFAST_PORT: '70000',
      HOLDFAST_LOG_LEVEL: 'loud',
      HOLDFAST_MAX_RESTART: '3',
      HOLDFAST_SHIP_TTL_MS: '20000',
      HOLDFAST_HOST: '0.0.0.0',
    });
    expect(faults).toHaveLength(5);
    expect(faults).toContain('HOLDFAST_PORT is "70000": it must be a port from 1 to 65535, or 0 for a free one.');
    expect(faults).toContain('HOLDFAST_MAX_RESTART is not a setting; the nearest one is HOLDFAST_MAX_RESTARTS.');
  });

  it('ends the process with the exit code for a bad configuration', () => {
    const error = new ConfigError(['One.', 'Two.']);
    expect(error).toMatchObject({ exitCode: 78, message: 'The configuration is refused:\n  - One.\n  - Two.' });
  });

  it('refuses an unknown name from the file too, and leaves names of other programs alone', () => {
    expect(faultsOf({}, 'HOLDFAST_PROT=1\n')[0]).toMatch(/HOLDFAST_PROT is not a setting.*HOLDFAST_PORT\./);
    writeFileSync(envFile, 'NODE_ENV=production\n');
    const ofOthers = { HOLDFAST_URL: 'http://x', PATH: '/bin' };
    expect(() => loadConfig(ofOthers, { envFile })).toThrow(/HOLDFAST_URL is not a setting/);
    expect(loadConfig(ofOthers, { envFile, alsoKnown: ['HOLDFAST_URL'] }).port).toBe(4000);
  });

  it('leaves alone what `holdfast run` tells its command: that may be a server', () => {
    const places = ['task', 'phase'] as const;
    for (const variables of places.map((kind) => lockVariables({ kind, scope: 'a', name: 'b' }, 1, 'session'))) {
      const env = { ...variables, [runVariable]: 'a', HOLDFAST_URL: 'http://x' };
      expect(loadConfig(env, { alsoKnown: namesOfOthers }).port).toBe(4000);
    }
  });

  it('refuses a named file that cannot be read', () => {
    expect(() => loadConfig({}, { envFile: join(scratch, 'absent') })).toThrow(/absent" cannot be read\./);
  });

  it.each([
    ['HOLDFAST_PORT', '-1'],
    ['HOLDFAST_PORT', '4e3'],
    ['HOLDFAST_PORT', ' 4000'],
    ['HOLDFAST_PORT', '04000'],
    ['HOLDFAST_PORT', '4000.5'],
    ['HOLDFAST_PORT', '0x10'],
    ['HOLDFAST_HOST', 'two words'],
    ['HOLDFAST_HOST', 'http://127.0.0.1'],
    ['HOLDFAST_ALLOW_REMOTE', 'yes'],
    ['HOLDFAST_ALLOWED_HOSTS', 'a,,b'],
    ['HOLDFAST_ALLOWED_HOSTS', '*'],
    ['HOLDFAST_DATA', '../../etc'],
    ['HOLDFAST_DATA', 'a\0b'],
    ['HOLDFAST_DATA', join(process.cwd(), 'package.json')],
    ['HOLDFAST_DATA', join(process.cwd(), 'package.json', 'below')],
    ['EVENTSTORE_URL', 'http://localhost:2113'],
    ['EVENTSTORE_URL', 'esdb://'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['HOLDFAST_SHIP_TTL_MS', '0'],
    ['HOLDFAST_SHIP_TTL_MS', '2147483648'],
    ['HOLDFAST_SHIP_TTL_MS', '99999999999999999999'],
    ['HOLDFAST_LOCK_DELAY_MS', '60001'],
    ['HOLDFAST_RESTART_DELAYS_MS', '5000;30000'],
    ['HOLDFAST_RESTART_DELAYS_MS', '5000,'],
    ['HOLDFAST_MAX_RESTARTS', 'three'],
    ['HOLDFAST_CHAPTER_LENGTH', '1'],
    ['HOLDFAST_LOG_FORMAT', 'JSON'],
    ['HOLDFAST_BODY_LIMIT_BYTES', '64k'],
  ])('refuses %s=%j with one sentence that names it', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name} is .+: it must .+\\.$`));
  });

  it.each([
    ['a TTL below three renewals', { HOLDFAST_SHIP_TTL_MS: '29999' }, 'HOLDFAST_SHIP_RENEW_MS'],
    ['a monitor slower than the TTL', { HOLDFAST_MONITOR_INTERVAL_MS: '30001' }, 'HOLDFAST_SHIP_TTL_MS'],
    ['a bulk limit below the plain one', { HOLDFAST_BULK_BODY_LIMIT_BYTES: '65535' }, 'HOLDFAST_BODY_LIMIT_BYTES'],
    ['two servers on one port', { HOLDFAST_EVENTSTORE_PORT: '4000' }, 'HOLDFAST_PORT'],
    ['two servers on one port', { HOLDFAST_POSTGRES_PORT: '4000' }, 'HOLDFAST_PORT'],
    [
      'two servers on one port',
      { HOLDFAST_POSTGRES_PORT: '5', HOLDFAST_EVENTSTORE_PORT: '5' },
      'HOLDFAST_EVENTSTORE_PORT',
    ],
    ['no TLS to another machine', { EVENTSTORE_URL: 'esdb://a:b@db:2113?tls=false' }, 'HOLDFAST_ALLOW_PLAINTEXT'],
    [
      'unchecked TLS to one of several',
      { EVENTSTORE_URL: 'esdb://localhost,db?x=1&tlsVerifyCert=false' },
      'HOLDFAST_ALLOW_PLAINTEXT',
    ],
    ['a well-known password', { EVENTSTORE_URL: 'esdb://admin:changeit@db:2113' }, 'well-known password'],
    ['a well-known password', { DATABASE_URL: 'postgres://postgres:postgres@db/holdfast' }, 'well-known password'],
  ])('refuses %s: %j', (_title, env, named) => {
    const faults = faultsOf(env);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(named);
  });

  it.each([
    { HOLDFAST_SHIP_TTL_MS: '30000', HOLDFAST_SHIP_RENEW_MS: '10000' },
    { EVENTSTORE_URL: 'esdb://admin:changeit@127.0.0.1:2113?tls=false' },
    { EVENTSTORE_URL: 'esdb://[::1]:2113?tls=false' },
    { EVENTSTORE_URL: 'kurrentdb+discover://a,b,c' },
    { EVENTSTORE_URL: 'esdb://db:2113?tls=false', HOLDFAST_ALLOW_PLAINTEXT: 'true' },
    { HOLDFAST_HOST: '::1' },
    { HOLDFAST_HOST: '127.8.9.10' },
    { HOLDFAST_HOST: 'localhost' },
    { HOLDFAST_HOST: '0.0.0.0', HOLDFAST_ALLOW_REMOTE: 'true' },
    { HOLDFAST_PORT: '0', HOLDFAST_POSTGRES_PORT: '0' },
  ])('accepts %j', (env) => {
    expect(faultsOf(env as Record<string, string>)).toEqual([]);
  });

  it('says why a remote address is refused and what would allow it', () => {
    expect(faultsOf({ HOLDFAST_HOST: '192.168.0.7' })[0]).toMatch(/no authentication yet.*HOLDFAST_ALLOW_REMOTE=true/);
  });

  it('shows no secret, neither in a fault nor in a dump nor in the description', () => {
    const secrets = {
      DATABASE_URL: 'postgres://captain:hunter2@db:5432/holdfast?sslpassword=hunter2',
      EVENTSTORE_URL: 'esdb://captain:hunter2@es1:2113,es2:2113?userKeyFile=hunter2',
    };
    const config = load(secrets);
    const printed = [inspect(config, { depth: 9 }), JSON.stringify(config), JSON.stringify(describeConfig(config))];
    expect(printed.join('')).not.toContain('hunter2');
    expect(config.databaseUrl?.reveal()).toBe(secrets.DATABASE_URL);
    expect(valueOf(config, 'DATABASE_URL')?.value).toBe('postgres://[secret]@db:5432/holdfast');
    expect(valueOf(config, 'EVENTSTORE_URL')?.value).toBe('esdb://[secret]@es1:2113,es2:2113');
    expect(faultsOf({ DATABASE_URL: 'mysql://u:hunter2@db' }).join('')).not.toContain('hunter2');
  });

  it.each(['esdb://a:hun/ter2@db', 'esdb://a:hun?ter2@db', 'esdb://a:hun@ter2@db', 'esdb://db?password=hun@ter2'])(
    'hides a connection string whole when its password is not plainly separable: %s',
    (url) => {
      expect(valueOf(load({ EVENTSTORE_URL: url }), 'EVENTSTORE_URL')?.value).toBe('[secret]');
    },
  );
});
