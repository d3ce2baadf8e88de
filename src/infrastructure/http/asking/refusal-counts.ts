import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/tokens.js';
import { isAgentTaskRefusal } from '../../../domain/agent-task/refusals.js';
import { isFlowRefusal } from '../../../domain/flow/refusals.js';
import type { LeaseKind } from '../../../domain/lease/resource.js';
import { isLeaseRefusal } from '../../../domain/lease/refusals.js';
import { refusalProblems, type Refusal } from '../problems.js';

export interface RefusalCount {
  readonly code: string;
  readonly count: number;
}

/** What a refused command was about. */
type RefusedKind = LeaseKind | 'container';

/** How often this process said no to a command, by the code of its answer. Forgotten when it ends. */
@Injectable()
export class RefusalCounts {
  readonly sinceMs: number;
  readonly #counts = new Map<string, { readonly code: string; readonly kind: RefusedKind; count: number }>();

  constructor(@Inject(CLOCK) clock: Clock) {
    this.sinceMs = clock.nowMs();
  }

  count(refusal: Refusal): void {
    const [, code] = refusalProblems[refusal.type];
    const kind = isLeaseRefusal(refusal) ? refusal.resource.kind : kindOfWork(refusal);
    const known = this.#counts.get(`${code} ${kind}`);
    if (known) known.count += 1;
    else this.#counts.set(`${code} ${kind}`, { code, kind, count: 1 });
  }

  /** The most frequent first. */
  counts(): readonly RefusalCount[] {
    const byCode = new Map<string, number>();
    for (const { code, count } of this.#counts.values()) byCode.set(code, (byCode.get(code) ?? 0) + count);
    return [...byCode].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
  }

  countsByKind(): readonly (RefusalCount & { readonly kind: RefusedKind })[] {
    return [...this.#counts.values()];
  }
}

/** Of a refusal that is about no lease. */
function kindOfWork(refusal: Pick<Refusal, 'type'>): RefusedKind {
  if (isFlowRefusal(refusal)) return 'phase';
  return isAgentTaskRefusal(refusal) ? 'task' : 'container';
}

/** Every pair that may be counted, so that the first rise of each is seen as one. */
export function everyRefusal(): readonly { readonly code: string; readonly kind: RefusedKind }[] {
  const types = Object.keys(refusalProblems) as Refusal['type'][];
  return types.flatMap((type) => {
    const [, code] = refusalProblems[type];
    const kinds: readonly RefusedKind[] = isLeaseRefusal({ type }) ? ['ship', 'task', 'phase'] : [kindOfWork({ type })];
    return kinds.map((kind) => ({ code, kind }));
  });
}
