import { randomBytes } from 'node:crypto';
import { ContainerId, containerIdFor, InvalidId, PlayerId, shipNameOf, ShipSymbol } from '../../src/domain/ids.js';

const hex8 = '85834fb5';

describe('the id of a container', () => {
  it('[A191a] names the operation and the ship without its agent, in under 30 characters', () => {
    const id = containerIdFor('navigate', 'AGENT-SCOUT-1', hex8);
    expect(id).toBe('navigate-SCOUT-1-85834fb5');
    expect(id.length).toBeLessThan(30);
  });

  it('[A191b] keeps only the last two parts of the ship', () => {
    expect(containerIdFor('mining-worker', 'MY-AGENT-MINER-2', hex8)).toBe('mining-worker-MINER-2-85834fb5');
  });

  it('[A191c] leaves a short ship symbol as it is', () => {
    expect(containerIdFor('dock', 'SCOUT-1', hex8)).toBe('dock-SCOUT-1-85834fb5');
    expect(containerIdFor('refuel', 'SCOUT', hex8)).toBe('refuel-SCOUT-85834fb5');
  });

  it('of work without a ship names the operation alone', () => {
    expect(containerIdFor('gas-coordinator', undefined, hex8)).toBe('gas-coordinator-85834fb5');
  });

  it.each([
    ['AGENT-SCOUT-1', 'SCOUT-1'],
    ['MY-AGENT-MINER-2', 'MINER-2'],
    ['SOME-AGENT-HAULER-3', 'HAULER-3'],
    ['SCOUT-1', 'SCOUT-1'],
    ['SINGLE', 'SINGLE'],
    ['A-B-C-D', 'C-D'],
  ])('[A191d] calls ship %s %s', (symbol, name) => {
    expect(shipNameOf(symbol)).toBe(name);
  });

  it('[A191e] differs wherever the draw differs, and ends in the 8 digits drawn', () => {
    const draws = new Set<string>();
    while (draws.size < 100) draws.add(randomBytes(4).toString('hex'));
    const ids = [...draws].map((draw) => containerIdFor('navigate', 'SCOUT-1', draw));
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(/^navigate-SCOUT-1-[0-9a-f]{8}$/);
  });

  it('[A191f] is at least 30 % shorter than the older form with its nanoseconds', () => {
    const older = 'navigate-AGENT-SCOUT-1-1764000000000000000';
    expect(containerIdFor('navigate', 'AGENT-SCOUT-1', hex8).length).toBeLessThanOrEqual(older.length * 0.7);
  });
});

describe('an id', () => {
  it('is taken as it is when it has its form', () => {
    expect(PlayerId(999_999)).toBe(999_999);
    expect(ShipSymbol('COOPER-2')).toBe('COOPER-2');
    expect(ContainerId('scout-tour-COOPER-2-85834fb5')).toBe('scout-tour-COOPER-2-85834fb5');
  });

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('is refused as a player when it is %p', (value) => {
    expect(() => PlayerId(value)).toThrow(InvalidId);
  });

  it.each(['', 'cooper', 'A B', 'A/B', '../A', 'A\n', 'Ä', '-A', 'A'.repeat(65)])(
    'is refused as a ship when it is %j, and the refusal does not repeat it',
    (text) => {
      expect(() => ShipSymbol(text)).toThrow(InvalidId);
      expect(() => ShipSymbol(text)).toThrow('a ship symbol has the form ^[A-Z0-9][A-Z0-9_-]{0,63}$');
    },
  );

  it.each(['', '.hidden', 'a b', 'a/b', 'a'.repeat(129), 'a\u0000'])(
    'is refused as a container id when it is %j',
    (text) => {
      expect(() => ContainerId(text)).toThrow(InvalidId);
    },
  );
});
