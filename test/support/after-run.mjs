import { dropDatabasesOfRun, endRun } from './database-run.mjs';

export default async function afterRun() {
  const elsewhere = process.env.HOLDFAST_TEST_DATABASE_URL;
  if (elsewhere) await dropDatabasesOfRun(elsewhere, process.pid);
  await endRun(process.pid);
}
