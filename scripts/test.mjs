// Every check and the build before the tests, two at a time; one that fails ends the run. The last line is for whoever counts.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const report = join(scratch, 'jest.json');

const told = (name, isOk, startedAt) =>
  `── ${name}: ${isOk ? 'ok' : 'FAILED'} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`;

function step(name, command, args, env = {}) {
  const startedAt = performance.now();
  console.log(`\n── ${name}`);
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  console.log(told(name, done.status === 0, startedAt));
  return done.status === 0;
}

/** Beside another one: what it says comes when it has ended, in one piece. */
function beside(name, command, args) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    execFile(command, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      console.log(`\n── ${name}\n${stdout}${stderr}${told(name, !error, startedAt)}`);
      resolve(!error);
    });
  });
}

function counts() {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const npm = (script) => ['npm', ['run', '--silent', script]];
/** One after the other, until one fails. */
async function lane(...steps) {
  for (const [name, ...command] of steps) if (!(await beside(name, ...command))) return false;
  return true;
}

const checked = await Promise.all([
  lane(
    ['types', ...npm('types')],
    ['layers', ...npm('layers')],
    ['build', 'node', ['scripts/ensure.mjs', 'build']],
    ['format', ...npm('format:check')],
  ),
  lane(['lint', ...npm('lint')]),
]);
const ok =
  checked.every(Boolean) &&
  step('tests', 'npx', ['--no-install', 'jest', '--json', `--outputFile=${report}`, ...process.argv.slice(2)], {
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  });
const { passed, failed } = counts();
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${passed} passed, ${ok ? failed : Math.max(failed, 1)} failed`);
process.exit(ok ? 0 : 1);
