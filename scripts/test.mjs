// Every check in the order of its cost; the first that fails ends the run. The last line is for whoever counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const report = join(scratch, 'jest.json');

function step(name, command, args, env = {}) {
  const startedAt = performance.now();
  console.log(`\n── ${name}`);
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  console.log(
    `── ${name}: ${done.status === 0 ? 'ok' : 'FAILED'} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`,
  );
  return done.status === 0;
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
const ok =
  step('types', ...npm('types')) &&
  step('lint', ...npm('lint')) &&
  step('layers', ...npm('layers')) &&
  step('format', ...npm('format:check')) &&
  step('build', 'node', ['scripts/ensure.mjs', 'build']) &&
  step('tests', 'npx', ['--no-install', 'jest', '--json', `--outputFile=${report}`, ...process.argv.slice(2)], {
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  });
const { passed, failed } = counts();
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${passed} passed, ${ok ? failed : Math.max(failed, 1)} failed`);
process.exit(ok ? 0 : 1);
