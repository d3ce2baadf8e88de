/** The number of letters to insert, delete or replace to turn one name into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** The known name that a mistyped one was probably meant to be: the nearest of all. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  return known.toSorted((a, b) => editDistance(typed, a) - editDistance(typed, b))[0];
}
