import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { sweepDeadRuns } from './database-run.mjs';

export default async function beforeRun() {
  process.env.HOLDFAST_TEST_RUN = String(process.pid);
  bundleWhatWasCompiled();
  await sweepDeadRuns();
}

/** A `tsc` alone leaves the bundle behind, and processes would run what it was made of. */
function bundleWhatWasCompiled() {
  const madeAt = (path) => statSync(new URL(`../../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (madeAt('dist/.tsbuildinfo') <= madeAt('bundle/main.js')) return;
  execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: new URL('../..', import.meta.url), stdio: 'inherit' });
}
