import {
  abandoning,
  attemptsOn,
  noLongerWatching,
  nothingWatched,
  seenHealthy,
  successRate,
  tried,
  watching,
  type Watch,
} from '../../../src/domain/health/watch.js';

const ship = 'SHIP-A';
const after = (...outcomes: ('success' | 'failure')[]): Watch =>
  outcomes.reduce((watch, outcome, i) => tried(watch, ship, outcome, i), nothingWatched);
const counts = ({ attempts, successful, failed, abandoned }: Watch) => ({ attempts, successful, failed, abandoned });

describe('the list of watched ships', () => {
  it('[A344a] counts a success', () => {
    expect(counts(after('success'))).toEqual({ attempts: 1, successful: 1, failed: 0, abandoned: 0 });
    expect(attemptsOn(after('success'), ship)).toBe(1);
  });

  it('[A344b] counts a failure', () => {
    expect(counts(after('failure'))).toEqual({ attempts: 1, successful: 0, failed: 1, abandoned: 0 });
  });

  it('[A344c] counts both', () => {
    const watch = after('failure', 'failure', 'success');
    expect(counts(watch)).toEqual({ attempts: 3, successful: 1, failed: 2, abandoned: 0 });
    expect(attemptsOn(watch, ship)).toBe(3);
  });

  it('[A344f] has a ship until it is taken off, and then nothing of it', () => {
    const watch = tried(watching(nothingWatched, ship, 1), ship, 'failure', 2);
    expect(watch.ships.get(ship)).toEqual({ sinceMs: 1, attempts: 1, healthySinceMs: null, abandoned: false });
    const without = noLongerWatching(watch, ship);
    expect(without.ships.has(ship)).toBe(false);
    expect(attemptsOn(without, ship)).toBe(0);
    expect(counts(without)).toEqual(counts(watch));
  });

  it('[A344d] gives a ship up once, and its attempts stay', () => {
    const watch = abandoning(abandoning(after('failure', 'failure', 'failure'), ship), ship);
    expect(counts(watch)).toEqual({ attempts: 3, successful: 0, failed: 3, abandoned: 1 });
    expect(attemptsOn(watch, ship)).toBe(3);
  });

  it('[A345e] lets a ship go that was healthy for long enough, and begins anew when it was not', () => {
    const sick = tried(watching(nothingWatched, ship, 0), ship, 'failure', 0);
    const better = seenHealthy(sick, ship, 1_000, 120_000);
    expect(seenHealthy(better, ship, 120_999, 120_000).ships.has(ship)).toBe(true);
    const sickAgain = watching(better, ship, 60_000);
    expect(seenHealthy(sickAgain, ship, 121_000, 120_000).ships.get(ship)?.healthySinceMs).toBe(121_000);
    const gone = seenHealthy(better, ship, 121_000, 120_000);
    expect(gone.ships.has(ship)).toBe(false);
    expect(attemptsOn(gone, ship)).toBe(0);
  });

  it('[A345f] tells how many tries of a hundred helped', () => {
    const outcomes = Array.from({ length: 20 }, (_each, i): 'success' | 'failure' => (i < 15 ? 'success' : 'failure'));
    expect(successRate(after(...outcomes))).toBe(75);
    expect(after(...outcomes).failed).toBe(5);
    expect(successRate(nothingWatched)).toBeNull();
  });
});
