import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from '../support/server-process.js';

const run = (example: string, ...args: readonly string[]) => {
  const script = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: plainEnvironment(),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe.each(['scout-worker.mjs', 'assessment.mjs'])('the example %s', (example) => {
  it('says how it is used when it is asked for help', () => {
    const { status, stdout, stderr } = run(example, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`node examples/${example}`);
  });

  it('says what it does not know, and how it is used, with exit code 2', () => {
    const { status, stdout, stderr } = run(example, '--nonsense');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Unknown option '--nonsense'.*\\n.*node examples/${example}`));
    expect(stderr).not.toMatch(/\n +at /);
  });
});

it('the example of a worker says which of its options are missing', () => {
  expect(run('scout-worker.mjs', '--ship', 'COOPER-2', '--player', '2').stderr).toMatch(
    /^missing: --system, --markets\n/,
  );
  expect(run('scout-worker.mjs', '--container', 'tour-1', '--ship', 'COOPER-2').stderr).toMatch(
    /^missing: --markets\n/,
  );
});
