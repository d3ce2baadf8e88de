import type { ShutdownManifest } from '../../domain/instance/instance.js';
import type { RecoveryReceipt } from '../../domain/recovery/receipt.js';
import { instanceStream } from '../../domain/instance/instance.js';
import { streamPrefix } from '../../domain/streams.js';
import { fromJsonCell } from '../rows/json-cell.js';
import { table } from '../rows/table.js';
import { Misplaced, type View } from '../view.js';

export type InstanceTableRow = {
  readonly instance: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  readonly started_at: number;
  readonly recovered_at: number | null;
  readonly recovery_ms: number | null;
  /** `{leases, adopted, …, lost}` */
  readonly receipt: string | null;
  readonly stopped_at: number | null;
  readonly stop_reason: string | null;
  /** `{ended, interrupted, cut, unwritten}` */
  readonly manifest: string | null;
  readonly revision: string;
  readonly position: string;
};

export const instancesTable = table<InstanceTableRow>({
  name: 'instances',
  key: ['instance'],
  columns: {
    instance: 'text',
    version: 'text',
    host: 'text',
    pid: 'integer',
    started_at: 'time',
    recovered_at: 'time',
    recovery_ms: 'integer',
    receipt: 'json',
    stopped_at: 'time',
    stop_reason: 'text',
    manifest: 'json',
    revision: 'position',
    position: 'position',
  },
});

const prefix = streamPrefix('instance');

/** The processes that served, and how each came up and went. */
export const instances: View = {
  name: 'instances',
  streamPrefixes: [prefix],
  tables: [instancesTable],

  rowsTouchedBy: ({ stream }) => [{ table: instancesTable, key: [stream.slice(prefix.length)] }],
  streamOf: (_table, row) => instanceStream(String(row['instance'])),

  apply({ stream, event, revision, position }, rows) {
    const known = rows.get(instancesTable, stream.slice(prefix.length));
    const seen = { revision: String(revision), position: String(position) };
    switch (event.type) {
      case 'InstanceStarted': {
        const { instance, version, host, pid, atMs } = event;
        if (stream !== instanceStream(instance)) throw new Misplaced(`${stream} holds the start of another instance`);
        const open = { recovered_at: null, recovery_ms: null, receipt: null };
        const running = { stopped_at: null, stop_reason: null, manifest: null };
        return rows.put(instancesTable, {
          ...{ instance, version, host, pid, started_at: atMs },
          ...open,
          ...running,
          ...seen,
        });
      }
      case 'InstanceRecovered': {
        if (!known) throw new Misplaced(`${stream} holds a recovery before a start`);
        const { receipt, tookMs, atMs } = event;
        const recovery = { recovered_at: atMs, recovery_ms: tookMs, receipt: JSON.stringify(receipt) };
        return rows.put(instancesTable, { ...known, ...recovery, ...seen });
      }
      case 'InstanceStopped': {
        if (!known) throw new Misplaced(`${stream} holds a stop before a start`);
        const { reason, manifest, atMs } = event;
        const stop = {
          stopped_at: atMs,
          stop_reason: reason,
          manifest: manifest === undefined ? null : JSON.stringify(manifest),
        };
        return rows.put(instancesTable, { ...known, ...stop, ...seen });
      }
      default:
        throw new Misplaced(`${stream} holds a ${event.type}`);
    }
  },
};

export function receiptOf({ receipt }: InstanceTableRow): RecoveryReceipt | null {
  return fromJsonCell<RecoveryReceipt>(receipt);
}

export function manifestOf({ manifest }: InstanceTableRow): ShutdownManifest | null {
  return fromJsonCell<ShutdownManifest>(manifest);
}
