import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { completionFor, type Shell } from '../../../src/infrastructure/cli/completion.js';
import { programFor } from '../../../src/infrastructure/cli/program.js';
import type { World } from '../../../src/infrastructure/cli/world.js';
import { answeringServer, shipOf, type AnsweringServer } from './answering-server.js';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../../bundle/cli.js', import.meta.url));
const world = { version: '', stdout: process.stdout, stderr: process.stderr } as unknown as World;
const ships = { body: { ships: [shipOf('COOPER-1'), shipOf('COOPER-12')] } };

let server: AnsweringServer;
let home: string;
beforeAll(async () => {
  server = await answeringServer(() => ships);
  home = mkdtempSync(join(tmpdir(), 'holdfast-completion-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'holdfast'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
  chmodSync(join(home, 'bin', 'holdfast'), 0o755);
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    writeFileSync(join(home, `_holdfast.${shell}`), completionFor(shell, await programFor(world)));
  }
  mkdirSync(join(home, 'functions'));
  writeFileSync(join(home, 'functions', '_holdfast'), completionFor('zsh', await programFor(world)));
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true });
});

const ask = async (shell: Shell, ...args: readonly string[]): Promise<string> => {
  const PATH = `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`;
  const env = { PATH, HOME: home, XDG_CONFIG_HOME: home, TERM: 'xterm', HOLDFAST_URL: server.url };
  return (await run(shell, args, { env, cwd: home, timeout: 60_000 })).stdout;
};

/** What Enter runs after TAB was pressed on it, in a terminal. */
const inZsh = async (begin: string, line: string) => {
  const stdout = await ask(
    'zsh',
    '-f',
    '-c',
    `zmodload zsh/zpty; zpty z 'zsh -f -i'
     zpty -w z 'holdfast() { [[ $1 == _ids ]] && { command holdfast "$@"; return }; print -r -- "R""UN<$*>" }'
     zpty -w z ${JSON.stringify(begin)}
     zpty -w z ${JSON.stringify(line)}$'\\t'
     zpty -r z out '*RUN<*>*'; print -r -- "$out"; zpty -d z`,
  );
  return /RUN<(.*)>/.exec(stdout)?.[1]?.trimEnd();
};

const words: readonly (readonly [line: string, ...offered: string[]])[] = [
  ['holdfast ships hand', 'hand-over'],
  ['holdfast ship break --prev', '--preview'],
  ['holdfast --json projections par', 'parked'],
  ['holdfast completion z', 'zsh'],
  ['holdfast locks acquire --kind ph', 'phase'],
  ['holdfast ship get COOP', 'COOPER-1', 'COOPER-12'],
];
const common = ([first = '', ...others]: readonly string[]) => (others.length > 0 ? 'COOPER-1' : first);
const completed = (line: string, offered: readonly string[]) =>
  [...line.split(' ').slice(1, -1), common(offered)].join(' ');

const where = (shell: Shell) => {
  const isHere = spawnSync(shell, ['--version']).status === 0;
  if (!isHere) process.stderr.write(`Nothing is completed in ${shell}: it is not on this machine\n`);
  return isHere ? describe : describe.skip;
};

where('bash')('in bash', () => {
  it.each(words)('TAB after "%s" offers %s', async (line, ...offered) => {
    const typed = line.split(' ');
    const script = `source _holdfast.bash; COMP_WORDS=(${typed.join(' ')}); COMP_CWORD=${typed.length - 1}
      _holdfast; echo "\${COMPREPLY[@]}"`;
    expect((await ask('bash', '-c', script)).trim().split(' ')).toStrictEqual(offered);
  });
});

where('zsh')('in zsh', () => {
  const ready = 'autoload -U compinit; compinit -u -D';

  it.each(words)('TAB after "%s" offers %s', async (line, ...offered) => {
    expect(await inZsh(`${ready}; source ./_holdfast.zsh`, line)).toBe(completed(line, offered));
  });

  it('the first TAB is answered where it was put into a directory of fpath', async () => {
    const begin = `fpath=(${join(home, 'functions')} $fpath); ${ready}`;
    expect(await inZsh(begin, 'holdfast ships hand')).toBe('ships hand-over');
  });

  it('it needs no compinit before it', async () => {
    expect(await inZsh('source ./_holdfast.zsh', 'holdfast cont')).toBe('container');
  });
});

where('fish')('in fish', () => {
  it.each(words)('TAB after "%s" offers %s', async (line, ...offered) => {
    const script = `source _holdfast.fish; complete -C '${line}'`;
    const lines = (await ask('fish', '--no-config', '-c', script)).trimEnd().split('\n');
    expect(lines.map((each) => each.split('\t')[0])).toStrictEqual(offered);
  });
});
