const bytesOf = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length;

/** An error in words that Holdfast keeps: storable, and at most so many bytes as JSON. */
export function failureText(error: unknown, mostBytes: number): string {
  const said = error instanceof Error ? error.message || error.name : String(error);
  const storable = new TextDecoder().decode(new TextEncoder().encode(said)).replaceAll('\0', '');
  let text = storable.slice(0, mostBytes);
  while (bytesOf(text) > mostBytes) text = text.slice(0, Math.floor(text.length * 0.9));
  return text;
}

/** The name of an error as a label. */
export function failureName(error: unknown): string {
  const name = error instanceof Error ? error.name.replace(/[^A-Za-z0-9_.:@-]/g, '-').slice(0, 128) : '';
  return /^[A-Za-z0-9]/.test(name) ? name : 'Error';
}
