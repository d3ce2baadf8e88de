/** A value as a JSON column holds it; null stays null. */
export function jsonCell(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** What such a cell holds, as whoever wrote it knows it to be. */
export function fromJsonCell<T>(cell: string | null): T | null {
  return cell === null ? null : (JSON.parse(cell) as T);
}
