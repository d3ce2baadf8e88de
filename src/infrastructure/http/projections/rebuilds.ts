/** Injection token of what makes views anew. */
export const REBUILDS = Symbol('Rebuilds');

export interface RebuildAsk {
  readonly verifyOnly: boolean;
  readonly acceptDifferences: boolean;
  readonly parkUnreadable: boolean;
  /** Aborted: nothing has changed. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: object) => void;
}

/** Views made anew from the whole log, beside the live ones. */
export interface Rebuilds {
  readonly views: readonly string[];
  rebuild(view: string, ask: RebuildAsk): Promise<{ readonly type: string }>;
}
