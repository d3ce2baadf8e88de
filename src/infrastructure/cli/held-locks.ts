import type { Lock, LockPage } from './answers.js';
import type { Api } from './api.js';

const pageLength = 200;

/** Everything that is held, page by page. */
export async function* heldLocks(
  api: Api,
  filter: Readonly<Record<string, string | undefined>> = {},
): AsyncGenerator<Lock> {
  let cursor: string | undefined;
  do {
    const { body } = await api.get<LockPage>('locks', { ...filter, limit: pageLength, cursor });
    yield* body.locks;
    cursor = body.next ?? undefined;
  } while (cursor !== undefined);
}
