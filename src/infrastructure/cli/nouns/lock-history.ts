import type { HistoryPage } from '../answers.js';
import { remarkOnMore, type Paged } from '../common-options.js';
import type { LockName } from '../parse/lock-name.js';
import { eventColumns } from '../print/events.js';
import { holdColumns, holdsOf } from '../print/holds.js';
import type { Session } from '../session.js';

/** Who had a lock, or under `events` everything that was decided about it. */
export async function lockHistory(session: Session, { path }: LockName, page: Paged, events: boolean): Promise<void> {
  const answer = await session.api.get<HistoryPage>(`${path}/history`, { ...page });
  session.show(answer, ({ events: found, next }) => {
    const text = events
      ? session.table(eventColumns(session.when), found, 'There is nothing older.')
      : session.table(holdColumns(session), holdsOf(found), 'Nobody took or gave back the lock in these events.');
    remarkOnMore(session, next);
    return text;
  });
}
