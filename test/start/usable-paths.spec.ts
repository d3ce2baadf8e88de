import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../src/infrastructure/config/config-error.js';
import { loadConfig } from '../../src/infrastructure/config/load-config.js';
import { requireUsablePaths } from '../../src/start/usable-paths.js';

const example = fileURLToPath(new URL('../../examples/X1-HF01.json', import.meta.url));

describe('the files that the configuration names', () => {
  let folder: string;
  let envFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-paths-'));
    envFile = join(folder, '.env');
    writeFileSync(envFile, '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const faultsOf = async (env: Record<string, string>): Promise<readonly string[]> => {
    try {
      await requireUsablePaths(loadConfig({ HOLDFAST_DATA: folder, ...env }, { envFile }));
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.faults;
      throw error;
    }
  };
  const socket = async (path: string) => (await faultsOf({ HOLDFAST_SOCKET: path })).join('\n');
  const universe = async (path: string, more = {}) =>
    (await faultsOf({ HOLDFAST_UNIVERSE_FILE: path, ...more })).join('\n');

  it('may be absent, and may be what they are for', async () => {
    expect(await faultsOf({})).toEqual([]);
    expect(await socket(join(folder, 'holdfast.sock'))).toBe('');
    expect(await universe(example)).toBe('');
  });

  it('are refused as a socket, by name and reason', async () => {
    expect(await socket('holdfast.sock')).toBe(
      'HOLDFAST_SOCKET is "holdfast.sock": it must be an absolute path without "..".',
    );
    const missing = join(folder, 'missing', 'holdfast.sock');
    expect(await socket(missing)).toBe(
      `HOLDFAST_SOCKET is "${missing}": failed to create unix socket listener: the folder ${join(folder, 'missing')} does not exist.`,
    );
    expect(await socket(join(folder, 'x'.repeat(110)))).toContain('is longer than 107 bytes.');
    expect(await socket(join(envFile, 'holdfast.sock'))).toContain(`${envFile} is no folder.`);
    expect(await socket(envFile)).toContain(`${envFile} is there and is no socket.`);
    mkdirSync(join(folder, 'sub'));
    expect(await socket(join(folder, 'sub'))).toContain('is there and is no socket.');
    if (process.getuid?.() !== 0) {
      chmodSync(join(folder, 'sub'), 0o500);
      expect(await socket(join(folder, 'sub', 's'))).toContain('may not write in the folder');
    }
  });

  it('are refused as a socket that another process serves, and it goes on serving', async () => {
    const path = join(folder, 'other.sock');
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(path, resolve));
    expect(await socket(path)).toContain(`another process has ${path}.`);
    expect(await socket(path)).toContain(`another process has ${path}.`);
    await new Promise((resolve) => other.close(resolve));
  });

  it('are refused as a universe, where one is simulated', async () => {
    const missing = join(folder, 'nothing.json');
    expect(await universe(missing)).toBe(`HOLDFAST_UNIVERSE_FILE is "${missing}": it cannot be read (ENOENT).`);
    expect(await universe(folder)).toContain('it cannot be read (EISDIR).');
    const file = join(folder, 'file.json');
    writeFileSync(file, '{"system":');
    expect(await universe(file)).toContain('The file of the universe is no JSON.');
    writeFileSync(file, '{"system":{"symbol":"X1-A","type":"RED_STAR"},"waypoints":[]}');
    expect(await universe(file)).toMatch(/The file holds no universe: waypoints/);
    expect(await universe(file, { HOLDFAST_GAME: 'false' })).toBe('');
    expect(await universe(file, { SPACETRADERS_TOKEN: 'mine' })).toBe('');
  });

  it('are told of all at once', async () => {
    const both = { HOLDFAST_SOCKET: envFile, HOLDFAST_UNIVERSE_FILE: join(folder, 'nothing.json') };
    expect(await faultsOf(both)).toHaveLength(2);
  });
});
