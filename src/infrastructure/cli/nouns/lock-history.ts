import type { HistoryPage } from '../answers.js';
import { remarkOnMore, type Paged } from '../common-options.js';
import type { LockName } from '../parse/lock-name.js';
import { eventColumns } from '../print/events.js';
import { holdColumns, holdsOf } from '../print/holds.js';
import type { Invocation } from '../invocation.js';

/** Who had a lock, or under `events` everything that was decided about it. */
export async function lockHistory(
  invocation: Invocation,
  { path }: LockName,
  page: Paged,
  events: boolean,
): Promise<void> {
  const answer = await invocation.api.get<HistoryPage>(`${path}/history`, { ...page });
  invocation.show(answer, ({ events: found, next }) => {
    const text = events
      ? invocation.table(eventColumns(invocation.when), found, 'There is nothing older.')
      : invocation.table(holdColumns(invocation), holdsOf(found), 'Nobody took or gave back the lock in these events.');
    remarkOnMore(invocation, next);
    return text;
  });
}
