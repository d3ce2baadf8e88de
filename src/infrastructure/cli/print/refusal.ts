import type { Explained, Problem } from '../failure.js';
import { printable } from './table.js';

/** A problem in one sentence; about a lease: who has it, since when, and the cheapest next step. */
export function refusal({ detail, title, errors, why }: Problem, when: (atMs: number) => string): string {
  const faults = errors
    ?.map(({ pointer, message }) => (pointer === '' ? message : `${pointer.slice(1)}: ${message}`))
    .join(' ');
  if (faults) return printable(`${title}: ${faults}`);
  if (!why) return printable(sentence(detail));
  const { hold, nextSteps, resource } = why;
  const holder = hold && !detail.includes(hold.holder.id) ? `held by ${hold.holder.id}, ` : '';
  const held = hold ? ` (${holder}since ${when(hold.sinceMs)}, token ${hold.token})` : '';
  const step = nextSteps[0] ? `; you can ${nextSteps[0].text}` : '';
  return printable(sentence(`${detail}${held}${step}, or see "holdfast why ${spelt(resource)}"`));
}

/** As `holdfast why` takes it. */
function spelt({ kind, scope, name }: Explained['resource']): string {
  return kind === 'task' || kind === 'phase' ? `${kind}:${scope}/${name}` : `${name} --player ${scope}`;
}

function sentence(text: string): string {
  const begun = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
