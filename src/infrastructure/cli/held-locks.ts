import type { ProcessMark } from '../../domain/instance/instance.js';
import type { Api } from './api.js';

/** A lock as GET /locks lists it. */
export interface HeldLock {
  readonly kind: 'task' | 'phase';
  readonly scope: string;
  readonly name: string;
  readonly status: string;
  readonly token: number;
  readonly owner: string | null;
  readonly holder: { readonly id: string } | null;
  readonly process: { readonly host: string; readonly pid: number; readonly mark: ProcessMark | null } | null;
  readonly sinceMs: number | null;
}

interface Page {
  readonly locks: readonly HeldLock[];
  readonly next: string | null;
}

const pageLength = 200;

/** Everything that is held, page by page. */
export async function* heldLocks(
  api: Api,
  filter: Readonly<Record<string, string | undefined>> = {},
): AsyncGenerator<HeldLock> {
  let cursor: string | undefined;
  do {
    const { body } = await api.get<Page>('locks', { ...filter, limit: pageLength, cursor });
    yield* body.locks;
    cursor = body.next ?? undefined;
  } while (cursor !== undefined);
}
