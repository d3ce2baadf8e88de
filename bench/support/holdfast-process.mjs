// The whole product as a process of its own, on a scratch directory.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../bundle/main.js', import.meta.url));

export function scratchDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export async function startHoldfast(dataDir, settings = {}) {
  const port = await freePort();
  const eventStorePort = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      HOLDFAST_DATA: dataDir,
      HOLDFAST_PORT: String(port),
      HOLDFAST_EVENTSTORE_PORT: String(eventStorePort),
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const ready = await fetch(`${url}/readyz`).catch(() => undefined);
    if (ready?.status === 200) break;
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    await sleep(20);
  }
  const gone = new Promise((resolve) => child.once('exit', resolve));
  return {
    url,
    pid: child.pid,
    readyMs: Math.round(performance.now() - startedAt),
    eventStoreUrl: `esdb://127.0.0.1:${eventStorePort}?tls=false`,
    memoryMb: () => memoryOf(child.pid, dataDir),
    stop: (signal = 'SIGTERM') => (child.kill(signal), gone),
  };
}

/** Proportional memory in MB of a process, of what it started, and of the PostgreSQL it may have found running. */
function memoryOf(root, dataDir) {
  const [postmaster] = readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n').map(Number);
  const others = childrenOf(root).filter((pid) => pid !== postmaster);
  const eventStore = others.reduce((sum, pid) => sum + sumOf(pid), 0);
  const parts = { app: pssOf(root), eventStore, postgres: sumOf(postmaster) };
  parts.total = Object.values(parts).reduce((sum, each) => sum + each, 0);
  return Object.fromEntries(Object.entries(parts).map(([name, mb]) => [name, Math.round(mb)]));
}

function sumOf(pid) {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + pssOf(each), 0);
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function pssOf(pid) {
  const [, kb] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kb ?? 0) / 1024;
}
