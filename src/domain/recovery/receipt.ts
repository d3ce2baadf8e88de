import type { Fate, LeaseFate } from './recovery.js';

/** What a receipt counts, in the order and the words in which it is told. */
export const receiptWords = {
  adopted: 'adopted',
  run: 'run already',
  awaitingWorker: 'awaiting their worker',
  sessions: 'held by sessions',
  reserved: 'reserved',
  beingMade: 'being made',
  released: 'released with evidence',
  laden: 'kept laden',
  unverified: 'kept unverified',
} as const;

export type ReceiptPart = keyof typeof receiptWords;

/** What became of the leases that a start found: every one of them is counted once. Stored: add, never rename. */
export interface RecoveryReceipt extends Readonly<Record<ReceiptPart, number>> {
  readonly leases: number;
  /** Containers that could not go on, each with its reason. */
  readonly lost: readonly { readonly containerId: string; readonly reason: string }[];
}

const partOf: Readonly<Record<Fate, ReceiptPart>> = {
  adopted: 'adopted',
  run: 'run',
  'awaiting-worker': 'awaitingWorker',
  session: 'sessions',
  reserved: 'reserved',
  'being-made': 'beingMade',
  released: 'released',
  laden: 'laden',
  unverified: 'unverified',
};

export const receiptParts = Object.keys(receiptWords) as readonly ReceiptPart[];

/** @param lost the reason of each container that could not go on, by its id */
export function receiptOf(found: readonly LeaseFate[], lost: ReadonlyMap<string, string>): RecoveryReceipt {
  const count = (part: ReceiptPart) => found.filter(({ fate }) => partOf[fate] === part).length;
  return {
    leases: found.length,
    ...forEachPart(count),
    lost: [...lost].map(([containerId, reason]) => ({ containerId, reason })),
  };
}

export function forEachPart<Value>(value: (part: ReceiptPart) => Value): Readonly<Record<ReceiptPart, Value>> {
  return Object.fromEntries(receiptParts.map((part) => [part, value(part)])) as Record<ReceiptPart, Value>;
}

/** Each part that is not zero, as `2 adopted`. */
export function countedIn(receipt: Pick<RecoveryReceipt, ReceiptPart>): readonly string[] {
  return receiptParts.filter((part) => receipt[part] > 0).map((part) => `${receipt[part]} ${receiptWords[part]}`);
}

/** Whether every lease that was found is counted once. */
export function balances(receipt: RecoveryReceipt): boolean {
  return receiptParts.reduce((sum, part) => sum + receipt[part], 0) === receipt.leases;
}
