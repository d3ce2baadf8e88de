import { acquire } from '../../../src/domain/lease/granting.js';
import { release } from '../../../src/domain/lease/releasing.js';
import type { LeaseEvent } from '../../../src/domain/lease/events.js';
import { lease } from '../../../src/domain/lease/lease.js';
import type { Resource } from '../../../src/domain/lease/resource.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { locks, locksTable, lockStateOf, type LockRow } from '../../../src/projections/locks/locks.js';
import { fingerprintOf } from '../../../src/projections/rebuild/fingerprint.js';
import { rebuild } from '../../../src/projections/rebuild/rebuild.js';
import { canonicalLine } from '../../../src/projections/rows/table.js';
import { foldView } from '../../support/fold-view.js';
import { fold } from '../../support/fold.js';
import { factsOf } from '../support/history.js';
import { World } from '../support/world.js';

const atMs = Date.UTC(2026, 0, 15, 12);
const task: Resource = { kind: 'task', scope: 'main', name: '999' };
const phase: Resource = { kind: 'phase', scope: 'flow-1', name: 'EVALUATION' };
const process = { host: 'host-1', pid: 4242, mark: { machine: 'boot/ns', began: '9' } };

function granted(resource: Resource, nowMs: number, before: readonly LeaseEvent[] = []): LeaseEvent[] {
  const holder = { kind: 'agent', id: 'session-1', attempt: 1 } as const;
  const ask = { resource, holder, operation: 'claim', ttlMs: 1_000, adoptsObligations: false, nowMs };
  return [...before, ...acquire({ ...ask, owner: 'test_ai', process }, fold(lease, before)).events];
}
function released(resource: Resource, before: readonly LeaseEvent[]): LeaseEvent[] {
  const by = { kind: 'system', id: 'monitor' } as const;
  const ask = {
    resource,
    holder: null,
    token: 1,
    reason: 'dead_process',
    detail: 'gone',
    by,
    nowMs: atMs + 5,
  } as const;
  return [...before, ...release(ask, fold(lease, before)).events];
}

const ofTask = granted(task, atMs + 10, released(task, granted(task, atMs)));
const history = [...ofTask, ...released(phase, granted(phase, atMs))];

describe('the rows of locks', () => {
  it('are the same for the same log, byte for byte', () => {
    const rows = foldView(locks, factsOf(history)).sorted(locksTable);
    const gone = '"agent","session-1",1,1,"dead_process","gone",1768478400005,null,"[]","[]"';
    const mark = JSON.stringify(JSON.stringify(process.mark));
    expect(rows.map((row) => canonicalLine(locksTable, row))).toEqual([
      '["phase","flow-1","EVALUATION",null,null,null,null,"claim","idle",1768478400000,1768478400005,"dead_process",1,' +
        `null,null,null,null,null,${gone},1768478400005,"1","5"]`,
      `["task","main","999","test_ai","host-1",4242,${mark},"claim","active",` +
        `1768478400010,null,null,2,"agent","session-1",1,1000,null,${gone},1768478400010,"2","3"]`,
    ]);
  });

  it('hold the whole lease, with what the holder says of itself', () => {
    const [, row] = foldView(locks, factsOf(history)).sorted(locksTable);
    expect(lockStateOf(JSON.parse(JSON.stringify(row)) as LockRow)).toEqual(fold(lease, ofTask));
  });

  it('are the same live, rebuilt and in memory', async () => {
    const world = await World.open();
    try {
      world.project();
      await world.reached(await world.writer.write(...history), 'locks');
      const live = await fingerprintOf(world.database, undefined, locksTable);
      const room = { store: world.store, database: world.database, clock: systemClock };
      expect(await rebuild(locks, room, {})).toMatchObject({ type: 'Rebuilt', differences: [], events: 5 });
      expect(await fingerprintOf(world.database, undefined, locksTable)).toEqual(live);
    } finally {
      await world.close();
    }
  });
});
