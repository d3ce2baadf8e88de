import type { LogRecord } from '../log/event-log.js';
import { isMetastream } from './stream-name.js';

/** The keys of a stream's metadata that change what a reader sees. */
export interface StreamMetadata {
  readonly maxCount?: number;
  readonly maxAgeSeconds?: number;
  /** Events before this revision are invisible. */
  readonly truncateBefore?: number;
  readonly softDeleted: boolean;
  /** The metadata as stored; kept only of soft-deleted streams, whose next append writes it anew. */
  readonly document?: Uint8Array;
}

export const noMetadata: StreamMetadata = { softDeleted: false };
export const metadataType = '$metadata';

/** What a soft delete writes. The number is the protocol's own (2^63 - 1), which JSON in JavaScript cannot hold exactly. */
export const softDeleteJson = '{"$tb":9223372036854775807}';
const deletedFrom = 2 ** 63;

const ticksPerSecond = 10_000_000n;
const metastreamMetadata: StreamMetadata = { maxCount: 1, softDeleted: false };

/** What is fixed for a metastream; undefined for every other stream. */
export function impliedMetadata(stream: string): StreamMetadata | undefined {
  return isMetastream(stream) ? metastreamMetadata : undefined;
}

/** Metadata that is not understood counts as none: a stream must never become unreadable by what was written about it. */
export function parseMetadata(record: Pick<LogRecord, 'type' | 'isJson' | 'data'>): StreamMetadata {
  if (record.type !== metadataType || !record.isJson) return noMetadata;
  const json = parseObject(record.data);
  if (json === undefined) return noMetadata;
  const maxCount = json['$maxCount'];
  const maxAge = json['$maxAge'];
  const truncateBefore = json['$tb'];
  if (![maxCount, maxAge, truncateBefore].every(isIntegerOrAbsent)) return noMetadata;
  return {
    ...(isPositive(maxCount) && { maxCount }),
    ...(isPositive(maxAge) && { maxAgeSeconds: maxAge }),
    ...(isPositive(truncateBefore) && { truncateBefore }),
    ...(isPositive(truncateBefore) && truncateBefore >= deletedFrom
      ? { softDeleted: true, document: record.data }
      : { softDeleted: false }),
  };
}

/** A metadata document that hides everything before `revision` and keeps the other keys of `document`. */
export function withTruncateBefore(document: Uint8Array | undefined, revision: number): Buffer {
  const json = document === undefined ? undefined : parseObject(document);
  return Buffer.from(JSON.stringify({ ...json, $tb: revision }));
}

/** The first revision that can be visible in a stream whose newest is `lastRevision`. */
export function firstVisibleRevision(metadata: StreamMetadata, lastRevision: number): number {
  const byCount = metadata.maxCount === undefined ? 0 : lastRevision - metadata.maxCount + 1;
  return Math.max(0, byCount, metadata.truncateBefore ?? 0);
}

export function isExpired(metadata: StreamMetadata, createdTicks: bigint, nowTicks: bigint): boolean {
  if (metadata.maxAgeSeconds === undefined) return false;
  return createdTicks < nowTicks - BigInt(metadata.maxAgeSeconds) * ticksPerSecond;
}

function parseObject(document: Uint8Array): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(document));
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function isIntegerOrAbsent(value: unknown): boolean {
  return value === undefined || Number.isInteger(value);
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}
