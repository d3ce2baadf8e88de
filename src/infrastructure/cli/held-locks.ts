import type { Lock, LockPage } from './answers.js';
import type { Api } from './api.js';

const pageLength = 200;

type Filter = Readonly<Record<string, string | undefined>>;

/** Everything that is held, page by page. */
export async function* heldLocks(api: Api, filter: Filter = {}): AsyncGenerator<Lock> {
  for await (const { locks } of pagesOf(api, filter)) yield* locks;
}

/** The same as one page that lacks nothing, and is of the position of its first part. */
export async function allHeldLocks(api: Api, filter: Filter) {
  const pages: LockPage[] = [];
  for await (const page of pagesOf(api, filter)) pages.push(page);
  return { ...pages[0], locks: pages.flatMap(({ locks }) => locks), next: null };
}

async function* pagesOf(api: Api, filter: Filter): AsyncGenerator<LockPage> {
  let cursor: string | undefined;
  do {
    const { body } = await api.get<LockPage>('locks', { ...filter, limit: pageLength, cursor });
    yield body;
    cursor = body.next ?? undefined;
  } while (cursor !== undefined);
}
