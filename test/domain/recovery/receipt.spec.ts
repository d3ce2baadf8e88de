import { shipResource } from '../../../src/domain/lease/resource.js';
import { balances, countedIn, receiptOf } from '../../../src/domain/recovery/receipt.js';
import { fates, type LeaseFate } from '../../../src/domain/recovery/recovery.js';

const met = (...each: readonly LeaseFate['fate'][]): LeaseFate[] =>
  each.map((fate, index) => ({
    resource: shipResource(1, `SHIP-${index}`),
    holder: { kind: 'container', id: 'c-1', attempt: 1 },
    token: 1,
    fate,
  }));

describe('the receipt of a start', () => {
  it('counts every lease once, whatever its fate', () => {
    const receipt = receiptOf(met(...fates, 'adopted'), new Map([['c-2', 'its ship was taken']]));
    expect(receipt).toMatchObject({
      leases: fates.length + 1,
      adopted: 2,
      awaitingWorker: 1,
      sessions: 1,
      beingMade: 1,
    });
    expect(receipt.lost).toEqual([{ containerId: 'c-2', reason: 'its ship was taken' }]);
    expect(balances(receipt)).toBe(true);
    expect(balances({ ...receipt, laden: 0 })).toBe(false);
  });

  it('tells the parts that are there, in their order', () => {
    const receipt = receiptOf(met('unverified', 'run', 'awaiting-worker', 'run'), new Map());
    expect(countedIn(receipt)).toEqual(['2 run already', '1 awaiting their worker', '1 kept unverified']);
  });
});
