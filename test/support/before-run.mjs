import { sweepDeadRuns } from './database-run.mjs';

export default async function beforeRun() {
  process.env.HOLDFAST_TEST_RUN = String(process.pid);
  await sweepDeadRuns();
}
