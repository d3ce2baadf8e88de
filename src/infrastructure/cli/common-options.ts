import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { player, position, several, wholeNumber } from './parse/values.js';
import type { Invocation } from './invocation.js';

export interface Writes {
  readonly idempotencyKey?: string;
}

/** For every command that changes something. */
export function writes(command: Command): Command {
  return command.option('--idempotency-key <key>', 'the same key gives the same answer and one effect');
}

export interface Paged {
  readonly limit: number;
  readonly cursor?: string;
}

export function paged(command: Command): Command {
  return command
    .option('--limit <n>', 'how many at most, up to 200', wholeNumber(1), 200)
    .option('--cursor <cursor>', 'go on where an earlier page ended');
}

/** Says how to get the rest, where there is one. */
export function remarkOnMore(invocation: Invocation, next: string | null): void {
  if (next !== null) invocation.remark(`There are more: add --cursor ${next}`);
}

export interface Fresh {
  readonly minPosition?: string;
}

export function fresh(command: Command): Command {
  return command.option('--min-position <position>', 'answer only once this position is reflected', position);
}

const stale = 5_000;

/** Says so when an answer may lack what was written in the last seconds. */
export function remarkOnAge(invocation: Invocation, { ageMs }: { readonly ageMs: number | null }): void {
  if (ageMs === null) invocation.remark('How old this is cannot be told yet: nothing has compared it with the log.');
  else if (ageMs > stale) invocation.remark(`This may lack what happened in the last ${Math.round(ageMs / 1_000)} s.`);
}

export interface OfPlayer {
  readonly player?: number;
}

export function ofPlayer(command: Command): Command {
  return command.option('--player <id>', 'whose ship; needed where several players have one of that name', player);
}

export interface AsOperator {
  readonly operator: string;
}

/** For what is done by a person, in that person's name. */
export function asOperator(command: Command): Command {
  const own = new Option('--operator <name>', 'in whose name').default(whoever(), 'your user name');
  return command.addOption(own);
}

function whoever(): string {
  try {
    return userInfo().username.replaceAll(/[^A-Za-z0-9_.:@-]/g, '_') || 'operator';
  } catch {
    return 'operator';
  }
}

export const manyShips = (command: Command): Command =>
  command.option('--ship <symbol>', 'a ship; may stand several times', several);

/** Where a lock is looked for whose name says only the task. */
export function somewhere(command: Command): Command {
  return command
    .option('--queue <name>', 'of the task; main if absent')
    .addOption(new Option('--kind <kind>', 'of the lock; task if absent').choices(['task', 'phase']));
}

export interface InQueue {
  readonly queue?: string;
}

export const inQueue = (command: Command): Command =>
  command.option('--queue <name>', 'of which queue; main if absent');
