import type { Explanation, Lock } from '../answers.js';
import { saidOf } from '../parse/lock-name.js';
import { span } from './moments.js';
import { printable } from './table.js';

type Hold = NonNullable<Explanation['hold']>;

/** Whom the holder works for; itself if it said nothing. */
export const ownerOf = ({ holder, owner }: Pick<Hold, 'holder' | 'owner'>): string => owner ?? holder.id;

export function toldHeld(said: string, hold: Hold, nowMs: number): string {
  const { holder, token, sinceMs, process } = hold;
  const owner = ownerOf(hold);
  const details = [
    ...(owner === holder.id ? [] : [`session ${holder.id}`]),
    `token ${token}`,
    ...(process ? [`PID ${process.pid}`] : []),
  ];
  return printable(`${said} is locked by ${owner}, age ${span(Math.max(0, nowMs - sinceMs))} (${details.join(', ')})`);
}

/** One lock as a script reads it: task, owner, age and process id. */
export function lockLine(lock: Lock, nowMs: number): string {
  const owner = lock.owner ?? lock.holder?.id ?? '-';
  const age = lock.sinceMs === null ? '-' : span(Math.max(0, nowMs - lock.sinceMs));
  return printable([saidOf(lock), owner, age, lock.process?.pid ?? '-'].join(' | '));
}
