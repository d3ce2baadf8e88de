import { incompleteBecause, stillToSell } from '../../../src/domain/container/incomplete.js';

const run = (containerType: string, commandType = '') => ({ containerId: 'c', containerType, commandType });
const owed = (by?: string) => {
  return { obligationId: 'o', good: 'IRON_ORE', units: 20, sinceMs: 1, ...(by !== undefined && { by }) };
};
const aboard = (...by: (string | undefined)[]) => [{ ship: 'COOPER-2', obligations: by.map(owed) }];

describe('what a run that came to its end has bought and still has', () => {
  it('[A262] is what it incurred itself, and never what it took over', () => {
    expect(stillToSell(run('ARBITRAGE_WORKER'), aboard('c', 'another', undefined))).toEqual(aboard('c'));
    expect(stillToSell(run('ARBITRAGE_WORKER'), aboard('another', undefined))).toEqual([]);
    expect(stillToSell(run('ARBITRAGE_WORKER'), aboard())).toEqual([]);
  });

  it('is nothing where one half of a trade is all that it was for', () => {
    for (const half of [
      run('PURCHASE'),
      run('PURCHASE', 'PurchaseCargoCommand'),
      run('TRADING', 'SellCargoCommand'),
      run('JETTISON'),
      run('command', 'purchase'),
    ]) {
      expect(stillToSell(half, aboard('c'))).toEqual([]);
    }
    expect(stillToSell(run('TRADING', 'ArbitrageCommand'), aboard('c'))).toHaveLength(1);
  });

  it('is told by ship and good', () => {
    expect(incompleteBecause(aboard('c'))).toBe(
      'it came to its end and has not sold what it bought: 20 IRON_ORE of COOPER-2',
    );
  });
});
