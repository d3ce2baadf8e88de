export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
}

export interface Look {
  /** Of the terminal; Infinity where nothing has to fit. */
  readonly width: number;
  readonly head: (text: string) => string;
}

const gap = 2;
const narrowest = 6;
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;

/** A text from the server made harmless to a terminal: no escape sequence survives. */
export function printable(text: string): string {
  return text.replace(hidden, ' ');
}

/** In cells of a terminal: an ideograph and an emoji take two. */
const widthOf = (text: string): number => [...text].length + (text.match(wide)?.length ?? 0);

/** Column widths that fit: the widest columns give first, none below its least. */
export function fit(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}

/** Rows under their titles, without lines; a value that does not fit ends in `…`, and so does a line. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { width, head }: Look): string {
  const cells = rows.map((row) => columns.map(({ of }) => printable(of(row))));
  const natural = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const widths = fit(natural, width - gap * (columns.length - 1));
  const lines = [columns.map(({ title }) => title), ...cells].map((row) => {
    const line = row.map((cell, at) => padded(cell, widths[at] ?? 0)).join(' '.repeat(gap));
    return cut(line.trimEnd(), width);
  });
  return [head(lines[0] ?? ''), ...lines.slice(1)].join('\n');
}

function padded(text: string, width: number): string {
  const shown = cut(text, width);
  return shown + ' '.repeat(Math.max(0, width - widthOf(shown)));
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const letter of text) {
    if (widthOf(kept + letter) > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** Names and values under each other; lines of one value stand below one another. */
export function list(
  entries: readonly (readonly [name: string, value: string | readonly string[]])[],
  head: Look['head'],
) {
  const longest = Math.max(...entries.map(([name]) => name.length));
  return entries
    .flatMap(([name, value]) =>
      [value].flat().map((line, at) => `${head((at === 0 ? name : '').padEnd(longest))}  ${printable(line)}`),
    )
    .join('\n');
}
