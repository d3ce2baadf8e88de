import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Of = { readonly dataDir: string };

/** Kills a process of the server's own: its command line names the server's directory. */
function killPart({ dataDir }: Of, pid: number): void {
  if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDir)) throw new Error(`${pid} is not ours`);
  process.kill(pid, 'SIGKILL');
}

function lockedBy(directory: string): number {
  const [, pid] = /lock-(\d+)-/.exec(readdirSync(directory).join(' ')) ?? [];
  return Number(pid);
}

export function killEventStore(server: Of): void {
  killPart(server, lockedBy(join(server.dataDir, 'eventstore')));
}

export function killPostgres(server: Of): void {
  const pidFile = join(server.dataDir, 'postgres', 'cluster', 'postmaster.pid');
  killPart(server, Number(readFileSync(pidFile, 'utf8').split('\n')[0]));
}

export function killUniverse(server: Of): void {
  killPart(server, parseInt(readFileSync(join(server.dataDir, 'universe', 'world', 'owner.pid'), 'utf8'), 10));
}
