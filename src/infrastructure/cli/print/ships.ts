import type { FreedLease, GrantedLease, Ship } from '../answers.js';
import { span } from './moments.js';

type When = (atMs: number | null) => string;

export const owed = (obligations: Ship['obligations']): readonly string[] =>
  obligations.map(({ units, good, obligationId }) => `${units} ${good} (${obligationId})`);

export function shipEntries(ship: Ship, when: When): readonly (readonly [string, string | readonly string[]])[] {
  const { holder, previous, status } = ship;
  const held: readonly (readonly [string, string | null])[] = [
    ['holder', holder && `${holder.kind} ${holder.id}, attempt ${holder.attempt}`],
    ['for', ship.operation],
    ['container', ship.containerStatus],
    ['since', when(ship.assignedAtMs)],
    ['reason', ship.reservationReason],
    ['time to live', ship.ttlMs === null ? null : span(ship.ttlMs)],
  ];
  const idle: readonly (readonly [string, string | null])[] = [
    ['since', when(ship.releasedAtMs)],
    ['freed because', ship.releaseReason],
    ['free from', ship.freeFromMs === null ? null : when(ship.freeFromMs)],
  ];
  const entries: readonly (readonly [string, string | readonly string[] | null])[] = [
    ['ship', ship.symbol],
    ['player', String(ship.player)],
    ['status', status],
    ['token', String(ship.token)],
    ...(status === 'idle' ? idle : held),
    ['owes', ship.obligations.length > 0 ? owed(ship.obligations) : null],
    ['may still land', ship.effects.length > 0 ? ship.effects.map(({ action }) => action) : null],
    ['before', previous && `${previous.holder.id}, until ${when(previous.freedAtMs)}: ${previous.reason}`],
  ];
  return entries.filter((entry): entry is [string, string | readonly string[]] => entry[1] !== null);
}

export function toldGrant(symbol: string, { hold, token, renewMs, inherited, already }: GrantedLease): string {
  const { obligations, effects } = inherited;
  return [
    `${hold.holder.id} ${already ? 'already holds' : 'holds'} ${symbol} under token ${token}. Renew every ${span(renewMs)}.`,
    ...(obligations.length > 0 ? [`It owes ${owed(obligations).join(', ')}.`] : []),
    ...(effects.length > 0 ? [`May still land: ${effects.map(({ action }) => action).join(', ')}.`] : []),
  ].join('\n');
}

export function toldFreed(
  symbol: string,
  { holder, token, reason, detail }: FreedLease['freed'],
  already: boolean,
): string {
  const why = detail ? `${reason}, ${detail}` : reason;
  return `${symbol} ${already ? 'was already' : 'is'} free: ${holder.id} gave up token ${token} (${why}).`;
}
