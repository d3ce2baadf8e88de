import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { completionFor } from '../../../src/infrastructure/cli/completion.js';
import { documentation } from '../../../src/infrastructure/cli/documentation.js';
import { programFor } from '../../../src/infrastructure/cli/program.js';
import type { World } from '../../../src/infrastructure/cli/world.js';

const run = promisify(execFile);
const world = { version: '', stdout: process.stdout, stderr: process.stderr } as unknown as World;

describe('what is made from the command tree', () => {
  it('docs/cli.md is up to date: node scripts/write-cli-docs.mjs', async () => {
    const page = await readFile(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
    expect(page).toBe(documentation(await programFor(world)));
  });

  it.each([
    ['', 'cont', ['container']],
    ['container', 're', ['restart', 'remove']],
    ['ship break', '--pre', ['--preview']],
    ['--json projections', 'par', ['parked']],
    ['assignments', '--time', ['--time-format', '--timeout']],
    ['completion', '--comp', []],
  ])('bash completes "holdfast %s %s"', async (words, begun, offered) => {
    const script = completionFor('bash', await programFor(world));
    const line = ['holdfast', ...words.split(' ').filter(Boolean), begun];
    const ask = `${script}\nCOMP_WORDS=(${line.join(' ')}); COMP_CWORD=${line.length - 1}; _holdfast; echo "\${COMPREPLY[@]}"`;
    const { stdout } = await run('bash', ['-c', ask]);
    expect(stdout.trim().split(' ').filter(Boolean)).toStrictEqual(offered);
  });

  it('zsh gets the same words, fish a line for each command and option', async () => {
    const program = await programFor(world);
    expect(completionFor('zsh', program)).toContain('bashcompinit');
    const fish = completionFor('fish', program);
    expect(fish).toContain("complete -c holdfast -f -n '__fish_use_subcommand' -a why -d ");
    expect(fish).toContain(
      "-n '__fish_seen_subcommand_from ship; and __fish_seen_subcommand_from break' -l preview -d ",
    );
  });
});
