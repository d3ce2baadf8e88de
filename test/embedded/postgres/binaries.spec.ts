import { lstat, mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { completeLinks, findShippedBinaries, prepareBinaries } from '../../../src/embedded/postgres/binaries.js';
import { scratch } from './scratch.js';

const { folder } = scratch();

describe('the binaries that npm installed', () => {
  it('are not there for every platform: then DATABASE_URL is the way', async () => {
    await expect(findShippedBinaries('sunos', 'sparc')).rejects.toMatchObject({
      code: 'unsupported-platform',
      message: expect.stringMatching(/^There is no embedded PostgreSQL for sunos-sparc .* set DATABASE_URL /),
    });
  });

  it('may be there and not run (another C library): then DATABASE_URL is the way, and no copy stays', async () => {
    const native = join(await folder(), 'native');
    await mkdir(join(native, 'bin'), { recursive: true });
    await writeFile(join(native, 'bin', 'postgres'), '#!/no/such/loader\n', { mode: 0o755 });
    const copyTo = await folder();

    await expect(prepareBinaries({ native, version: '0' }, undefined, copyTo)).rejects.toMatchObject({
      code: 'unsupported-platform',
      message: expect.stringMatching(/ set DATABASE_URL /),
    });

    await expect(lstat(join(copyTo, 'native-0'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('get the links they lack, also from several processes at once, and again without effect', async () => {
    const home = await folder();
    const native = join(home, 'native');
    await mkdir(join(native, 'lib'), { recursive: true });
    await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'library');
    const links = [
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    ];
    await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify(links));

    expect(await Promise.all([1, 2, 3].map(() => completeLinks(native)))).toEqual([true, true, true]);
    expect(await completeLinks(native)).toBe(true);

    for (const name of ['libpq.so', 'libpq.so.5']) {
      expect(await readlink(join(native, 'lib', name))).toBe('libpq.so.5.18');
      expect(await readFile(join(native, 'lib', name), 'utf8')).toBe('library');
    }
  });
});
