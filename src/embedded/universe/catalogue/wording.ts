export interface Named {
  readonly symbol: string;
  readonly name: string;
  readonly description: string;
}

/** The name and description of anything that has a symbol: `IRON_ORE` is "Iron Ore". */
export function named(symbol: string): Named {
  const name = symbol
    .toLowerCase()
    .split('_')
    .map((word) => (/^(i|ii|iii)$/.test(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(' ');
  return { symbol, name, description: `${name}.` };
}
