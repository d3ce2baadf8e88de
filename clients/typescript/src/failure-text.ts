const bytesOf = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length;

/** Without half characters, and without NUL. */
const storable = (text: string) => new TextDecoder().decode(new TextEncoder().encode(text)).replaceAll('\0', '');

/** An error in words that Holdfast keeps: storable, and at most so many bytes as JSON. */
export function failureText(error: unknown, mostBytes: number): string {
  const said = error instanceof Error ? error.message || error.name : String(error);
  let characters = Array.from(storable(said.slice(0, mostBytes)));
  while (bytesOf(characters.join('')) > mostBytes) {
    characters = characters.slice(0, Math.floor(characters.length * 0.9));
  }
  return characters.join('');
}

/** The name of an error as a label. */
export function failureName(error: unknown): string {
  const name = error instanceof Error ? error.name.replace(/[^A-Za-z0-9_.:@-]/g, '-').slice(0, 128) : '';
  return /^[A-Za-z0-9]/.test(name) ? name : 'Error';
}
