import { EndContainer } from '../../../src/application/containers/end-container.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { Custody, ship } from '../../support/custody.js';
import { violationsOf } from '../../support/invariants.js';

describe('a run that ends cleanly with cargo that it bought', () => {
  let room: Custody;
  beforeEach(() => {
    room = new Custody();
  });
  afterEach(async () => expect(violationsOf(await room.events())).toEqual([]));

  async function ended(containerType: string, more: object, isSold = false) {
    const here = room.instance();
    await here.started({ containerId: 'c', ships: ['COOPER-2', 'MIRA-1'], containerType, ...more });
    const record = (what: object) => {
      return here.outcome(new RecordEffect(here.context(), ship('COOPER-2'), { token: 1, ...what } as never));
    };
    await record({ type: 'incur', obligationId: 'o', good: 'IRON_ORE', units: 20 });
    if (isSold) await record({ type: 'settle', obligationId: 'o', how: 'sold', by: null });
    await here.outcome(new EndContainer(here.context(), 'c', 1, { type: 'completed' }));
    return room.container('c');
  }

  it('[A262] is incomplete: FAILED with that reason for good, its laden ship kept, its empty one freed by that name', async () => {
    expect(await ended('ARBITRAGE_WORKER', { restartPolicy: 'on-failure' })).toMatchObject({
      status: 'FAILED',
      exitReason: 'incomplete',
      lastError: 'it came to its end and has not sold what it bought: 20 IRON_ORE of COOPER-2',
      restartCount: 0,
    });
    expect((await room.lease(ship('COOPER-2'))).hold).toMatchObject({ holder: { id: 'c' } });
    expect(await room.lease(ship('MIRA-1'))).toMatchObject({
      hold: null,
      previous: { reason: 'failed', detail: 'incomplete' },
    });
  });

  it('is complete where it sold it, and where buying was all that it was for', async () => {
    expect(await ended('ARBITRAGE_WORKER', {}, true)).toMatchObject({ status: 'COMPLETED' });
    room = new Custody();
    expect(await ended('PURCHASE', {})).toMatchObject({ status: 'COMPLETED' });
  });
});
