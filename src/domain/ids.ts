declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

export type PlayerId = Branded<number, 'PlayerId'>;
export type ShipSymbol = Branded<string, 'ShipSymbol'>;
export type ContainerId = Branded<string, 'ContainerId'>;

/** Thrown by the constructors below; the message names the value's kind and the rule, never the value itself. */
export class InvalidId extends Error {
  override readonly name = 'InvalidId';
}

/** A ship, system, waypoint, good … by its symbol. */
export const symbolForm = /^[A-Z0-9][A-Z0-9_-]{0,63}$/;
export const containerForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

function matching<T>(kind: string, form: RegExp): (text: string) => T {
  return (text) => {
    if (!form.test(text)) throw new InvalidId(`a ${kind} has the form ${form.source}`);
    return text as T;
  };
}

export function PlayerId(value: number): PlayerId {
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidId('a player id is a positive integer');
  return value as PlayerId;
}
export const ShipSymbol = matching<ShipSymbol>('ship symbol', symbolForm);
export const ContainerId = matching<ContainerId>('container id', containerForm);

/** The ship's own part of its symbol: the last two dash parts, so `MY-AGENT-MINER-2` gives `MINER-2`. */
export function shipNameOf(symbol: string): string {
  return symbol.split('-').slice(-2).join('-');
}

/** Container ids people can say: `navigate-SCOUT-1-85834fb5`. `hex8` is eight hexadecimal digits, drawn outside. */
export function containerIdFor(operation: string, ship: string | undefined, hex8: string): ContainerId {
  return ContainerId([operation, ...(ship === undefined ? [] : [shipNameOf(ship)]), hex8].join('-'));
}
