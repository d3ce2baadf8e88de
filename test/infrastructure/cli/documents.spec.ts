import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { examplesOf } from '../../../src/infrastructure/cli/examples.js';
import { flat, treeOf } from '../../../src/infrastructure/cli/tree.js';
import { answeringServer, problem, shipOf, type Said } from './answering-server.js';
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
    ['', 'cont', ['container', 'containers']],
    ['ships', 'hand', ['hand-over']],
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

  it('every verb begins its help and its documentation with an example of itself', async () => {
    const without = flat(treeOf(await programFor(world)))
      .slice(1)
      .filter(
        ({ words, command }) => !examplesOf(command).some((each) => each.includes(`holdfast ${words.join(' ')}`)),
      );
    expect(without.map(({ words }) => words.join(' '))).toStrictEqual([]);
  });

  describe('with the ids that the server has', () => {
    const complete = async (url: string, words: string, begun: string) => {
      const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
      const line = ['holdfast', ...words.split(' '), begun].flatMap((word) => word.split(/(:)/).filter(Boolean));
      const ask = `holdfast() { '${process.execPath}' '${cli}' "$@"; }
        ${completionFor('bash', await programFor(world))}
        COMP_WORDS=(${line.join(' ')} ${begun === '' ? "''" : ''}); COMP_CWORD=${begun === '' ? line.length : line.length - 1}
        _holdfast; echo "\${COMPREPLY[@]}"`;
      const env = { ...process.env, HOLDFAST_URL: url };
      const { stdout, stderr } = await run('bash', ['-c', ask], { env, cwd: '/' });
      expect(stderr).toBe('');
      return stdout.trim();
    };
    const from = async (said: Said, words: string, begun: string) => {
      const server = await answeringServer(() => said);
      try {
        return { offered: await complete(server.url, words, begun), asked: server.heard.map(({ url }) => url) };
      } finally {
        await server.close();
      }
    };
    const ships = { body: { ships: [shipOf('COOPER-1'), shipOf('COOPER-2'), shipOf('; rm -rf')] } };

    it.each([
      ['ship get', 'COOP'],
      ['ships break --reason x', 'COOP'],
      ['ship get --player 2', 'COOP'],
      ['assignments --ship', 'COOP'],
    ])('"holdfast %s %s" is offered ships, and nothing that a shell would run', async (words, begun) => {
      await expect(from(ships, words, begun)).resolves.toStrictEqual({
        offered: 'COOPER-1 COOPER-2',
        asked: ['/api/v1/ships?status=all&limit=200'],
      });
    });

    it('completes queues, and then the tasks of the one that was named', async () => {
      const queues = { body: { queues: [{ name: 'main' }, { name: 'night' }] } };
      await expect(from(queues, 'tasks get --queue', 'ni')).resolves.toStrictEqual({
        offered: 'night',
        asked: ['/api/v1/queues'],
      });
      const tasks = { body: { tasks: [{ id: 'parse' }, { id: 'print' }] } };
      const offered = 'parse print';
      for (const words of ['tasks get --queue night', 'tasks claim --queue = night']) {
        const asked = ['/api/v1/queues/night/tasks?limit=200'];
        await expect(from(tasks, words, 'p')).resolves.toStrictEqual({ offered, asked });
      }
      const asked = ['/api/v1/queues/main/tasks?limit=200'];
      await expect(from(tasks, 'tasks get', 'p')).resolves.toStrictEqual({ offered, asked });
    });

    it('completes the name of a lock across its colon', async () => {
      const locks = [
        { kind: 'task', scope: 'main', name: '7' },
        { kind: 'phase', scope: 'f-1', name: 'readiness' },
      ];
      const said = { body: { ships: [shipOf('COOPER-1')], locks } };
      await expect(from(said, 'why', 'task:m')).resolves.toMatchObject({ offered: 'main/7' });
      await expect(from(said, 'why', 'phas')).resolves.toMatchObject({ offered: 'phase:f-1/readiness' });
      await expect(from(said, 'locks check', 'phase:')).resolves.toMatchObject({ offered: 'f-1/readiness' });
    });

    it('asks nothing where the argument is no id of the server’s', async () => {
      await expect(from(ships, 'ship navigate COOPER-1', 'X1')).resolves.toStrictEqual({ offered: '', asked: [] });
      await expect(from(ships, 'ship get', '--play')).resolves.toStrictEqual({ offered: '--player', asked: [] });
    });

    it('is silent and quick when the server refuses, is away, or never answers', async () => {
      const before = Date.now();
      await expect(from(problem(503, 'away', 'away'), 'ship get', 'COOP')).resolves.toMatchObject({ offered: '' });
      await expect(from({ silent: true }, 'ship get', 'COOP')).resolves.toMatchObject({ offered: '' });
      expect(await complete('http://127.0.0.1:9', 'ship get', 'COOP')).toBe('');
      expect(Date.now() - before).toBeLessThan(10_000);
    });
  });

  it('zsh gets the same words, fish a line for each command and option', async () => {
    const program = await programFor(world);
    expect(completionFor('zsh', program)).toContain('bashcompinit');
    const fish = completionFor('fish', program);
    expect(fish).toContain("complete -c holdfast -f -n '__fish_use_subcommand' -a why -d ");
    expect(fish).toContain(
      "-n '__fish_seen_subcommand_from ship ships; and __fish_seen_subcommand_from break' -l preview -d ",
    );
    expect(fish).toContain(
      "-n '__fish_seen_subcommand_from ship ships; and __fish_seen_subcommand_from break' -f -a '(holdfast _ids ship 2>/dev/null)'",
    );
  });
});
