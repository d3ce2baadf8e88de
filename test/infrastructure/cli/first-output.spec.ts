import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));

const imports = /^(?:(?:import|export)\s[^;'"]*\sfrom|import)\s+['"]([^'"]+)['"]/gm;

/** The packages that a built file loads with all that it imports statically; what is only loaded on demand is left out. */
async function packagesOf(file: string, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const source = await readFile(file, 'utf8');
  for (const [, name = ''] of source.matchAll(imports)) {
    if (name.startsWith('.')) {
      for (const each of await packagesOf(resolve(dirname(file), name), seen)) packages.add(each);
    } else if (!builtinModules.includes(name.replace('node:', ''))) packages.add(name);
  }
  return packages;
}

describe('the first output comes at once, because', () => {
  it('the command itself loads no framework', async () => {
    expect([...(await packagesOf(`${dist}cli.js`))].sort()).toStrictEqual(['commander']);
  });

  it('the file of no noun loads more than the parser and the colours', async () => {
    const folder = `${dist}infrastructure/cli/nouns/`;
    const files = (await readdir(folder)).filter((name) => name.endsWith('.js'));
    const packages = new Set<string>();
    for (const file of files) for (const each of await packagesOf(`${folder}${file}`)) packages.add(each);

    expect(files.length).toBeGreaterThan(20);
    expect([...packages].sort()).toStrictEqual(['commander', 'picocolors']);
  });
});
