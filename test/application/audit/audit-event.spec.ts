import { auditEventOf } from '../../../src/application/audit/audit-event.js';
import type { LeaseEvent } from '../../../src/domain/lease/events.js';
import { acquire } from '../../../src/domain/lease/granting.js';
import { lease } from '../../../src/domain/lease/lease.js';
import { release } from '../../../src/domain/lease/releasing.js';
import { leaseStream, resource } from '../../../src/domain/lease/resource.js';
import { breakLease, expire } from '../../../src/domain/lease/taking-away.js';
import { examples } from '../../support/examples.js';

const lock = resource('task', 'yard', '1');
const at = { resource: lock, token: 1, nowMs: examples.atMs };
const by = { kind: 'operator', id: 'ada' } as const;
const { evidence } = examples.lease.expired();

function held(owner?: string) {
  const holder = { kind: 'agent', id: 'claude-4711', attempt: 1 } as const;
  const ask = { ...at, holder, operation: 'claim', ttlMs: 30_000, adoptsObligations: false };
  return acquire({ ...ask, ...(owner !== undefined && { owner }) }, lease.initial).events;
}

const ends = [
  ['given back', release({ ...at, holder: null, reason: 'completed', detail: '', by: null }, stateOf(held('claude')))],
  ['expired', expire({ ...at, evidence, lockDelayMs: 0 }, stateOf(held('claude')))],
  ['broken', breakLease({ ...at, reason: 'it hangs', by, lockDelayMs: 0 }, stateOf(held('claude')))],
] as const;

function stateOf(events: readonly LeaseEvent[]) {
  return events.reduce(lease.evolve, lease.initial);
}

const lineOf = (event: LeaseEvent | undefined) =>
  event && auditEventOf(examples.recorded(event, { stream: leaseStream(lock) }));

describe('the audit of a lock', () => {
  it.each(ends)(
    '[A374] that is %s names whom the session worked for, as that of its grant does',
    (_how, { events }) => {
      expect(lineOf(held('claude')[0])).toMatchObject({ event_type: 'LOCK_ACQUIRED', ai_name: 'claude' });
      expect(lineOf(events[0])).toMatchObject({
        ...{ event_type: 'LOCK_RELEASED', ai_name: 'claude' },
        details: { session: 'claude-4711', token: 1 },
      });
    },
  );

  it('names the session where it did not say whom it works for', () => {
    const { events } = release({ ...at, holder: null, reason: 'completed', detail: '', by: null }, stateOf(held()));
    expect(Object.keys(events[0] ?? {})).not.toContain('owner');
    expect(lineOf(events[0])).toMatchObject({ event_type: 'LOCK_RELEASED', ai_name: 'claude-4711' });
  });
});
