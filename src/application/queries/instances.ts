import { Query } from '@nestjs/cqrs';
import type { ShutdownManifest } from '../../domain/instance/instance.js';
import type { RecoveryReceipt } from '../../domain/recovery/receipt.js';
import type { Freshness, NotThereYet, ViewAnswer } from './view-answer.js';

export interface InstanceRow {
  readonly instance: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAtMs: number;
  /** Null: it recovers nothing, or has not yet. */
  readonly recovery: { readonly atMs: number; readonly tookMs: number; readonly receipt: RecoveryReceipt } | null;
  /** Null: it runs, or was killed. */
  readonly stop: {
    readonly atMs: number;
    readonly reason: string;
    readonly manifest: ShutdownManifest | null;
  } | null;
}

/** The processes that served, the one that started last first. */
export class ListInstances extends Query<ViewAnswer<readonly InstanceRow[]> | NotThereYet> {
  constructor(readonly ask: { readonly limit: number } & Freshness) {
    super();
  }
}
