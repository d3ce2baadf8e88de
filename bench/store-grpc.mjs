// The embedded event store over gRPC, driven by the official client on the same machine. Prints one JSON object.
//   node bench/store-grpc.mjs [seconds for each figure] [--mem]
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import client from '@eventstore/db-client';

const seconds = Number(process.argv[2] ?? 5);
const inMemory = process.argv.includes('--mem');
const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const payload = 'x'.repeat(200);

async function start(...flags) {
  const entry = new URL('../dist/embedded/eventstore/process.js', import.meta.url).pathname;
  const where = inMemory ? ['--mem'] : ['--data', join(directory, flags.join('') || 'batch')];
  const child = fork(entry, [...where, ...flags], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const { connectionString } = await new Promise((resolve) => child.once('message', resolve));
  const connection = client.EventStoreDBClient.connectionString(connectionString);
  return {
    connection,
    async stop() {
      await connection.dispose();
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function appends(connection, inFlight) {
  const until = performance.now() + seconds * 1000;
  const latencies = [];
  const writer = async (_, index) => {
    for (let revision = -1n; performance.now() < until; revision++) {
      const event = client.jsonEvent({ type: 'Measured', data: { payload } });
      const expectedRevision = revision === -1n ? 'no_stream' : revision;
      const at = performance.now();
      await connection.appendToStream(`bench-${inFlight}-${index}`, event, { expectedRevision });
      latencies.push(performance.now() - at);
    }
  };
  await connection.appendToStream('bench-warm', client.jsonEvent({ type: 'Warm', data: {} }));
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: inFlight }, writer));
  const elapsed = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  const quantile = (q) => Number(latencies[Math.floor((latencies.length - 1) * q)].toFixed(2));
  return { perSecond: Math.round(latencies.length / elapsed), p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

async function reads(connection) {
  const rounds = [];
  for (let round = 0; round < 3; round++) {
    let count = 0;
    const startedAt = performance.now();
    await connection.readAll().forEach(() => count++);
    rounds.push({ count, perSecond: Math.round(count / ((performance.now() - startedAt) / 1000)) });
  }
  return rounds.reduce((best, next) => (next.perSecond > best.perSecond ? next : best));
}

try {
  const unary = await start('--no-batch-append');
  const figures = { log: inMemory ? 'memory' : 'disk', seconds };
  figures.appendsOneAtATime = await appends(unary.connection, 1);
  figures.appendsUnary64InFlight = await appends(unary.connection, 64);
  await unary.stop();
  const batch = await start();
  figures.appendsBatchOneAtATime = await appends(batch.connection, 1);
  figures.appendsBatch64InFlight = await appends(batch.connection, 64);
  figures.readAll = await reads(batch.connection);
  await batch.stop();
  console.log(JSON.stringify(figures, undefined, 2));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
