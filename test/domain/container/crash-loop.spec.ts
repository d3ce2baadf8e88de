import fc from 'fast-check';
import {
  awaitsProbation,
  beginProbation,
  crashesAtTakeOver,
  isParked,
  nextOnProbation,
  passProbation,
  quietBefore,
  type CrashRules,
} from '../../../src/domain/container/crash-loop.js';
import type { ContainerEvent, Crashes } from '../../../src/domain/container/events.js';
import { beginAttempt, fail } from '../../../src/domain/container/attempts.js';
import { interrupt } from '../../../src/domain/container/lifecycle.js';
import { completeIteration, visitMarket } from '../../../src/domain/container/progress.js';
import { asHolder, changed, containerId, failing, givenThat, t0, turning, unchanged } from './containers.js';

const rules: CrashRules = { suspectAfter: 5, parkAfter: 3, probationMs: 10_000, forgottenAfterMs: 600_000 };
const nowMs = 1_000_000;
const left = (more: Partial<Parameters<typeof crashesAtTakeOver>[0]> = {}) => ({
  status: 'RUNNING' as const,
  backOff: null,
  exitReason: null,
  attemptStartedAtMs: nowMs - 2_000,
  ...more,
});
const taken = (more: Parameters<typeof left>[0], hasWorked = false) =>
  crashesAtTakeOver(left(more), hasWorked, nowMs, rules);

describe('what speaks against a container whose daemon is gone', () => {
  it('is counted where nobody ended its attempt, and only there', () => {
    expect(taken({})).toEqual({ inARow: 1, alone: 0 });
    expect(taken({ status: 'INTERRUPTED', exitReason: 'expired' })).toEqual({ inARow: 1, alone: 0 });
    expect(taken({ status: 'INTERRUPTED', exitReason: 'daemon_shutdown' })).toBeUndefined();
    expect(taken({ status: 'PENDING' })).toBeUndefined();
    expect(taken({ backOff: { notBeforeMs: nowMs, error: 'no fuel' } })).toBeUndefined();
  });

  it('is nothing once it has brought something about, or its attempt was long ago', () => {
    const crashes = { inARow: 3, alone: 0 };
    expect(taken({ crashes }, true)).toBeUndefined();
    expect(taken({ crashes, attemptStartedAtMs: nowMs - 600_001 })).toBeUndefined();
    expect(taken({ crashes, attemptStartedAtMs: nowMs - 600_000 })).toEqual({ inARow: 4, alone: 0 });
  });

  it('does not grow while it is suspected and waits for its turn, however often the daemon ends', () => {
    const crashes = { inARow: 5, alone: 1 };
    expect(taken({ crashes, attemptStartedAtMs: nowMs - 9_000_000 })).toEqual(crashes);
  });

  it('points at it alone only where it was the only one on probation', () => {
    expect(taken({ crashes: { inARow: 5, alone: 0, company: 3 } })).toEqual({ inARow: 6, alone: 0, among: 3 });
    expect(taken({ crashes: { inARow: 6, alone: 1, company: 1 } })).toEqual({ inARow: 7, alone: 2, among: 1 });
    expect(isParked({ inARow: 7, alone: 2 }, rules)).toBe(false);
    expect(isParked({ inARow: 8, alone: 3 }, rules)).toBe(true);
    expect(isParked({ inARow: 800, alone: 0 }, rules)).toBe(false);
  });
});

describe('suspicion in the log', () => {
  const suspected = (crashes: Crashes = { inARow: 5, alone: 0 }) => givenThat({ crashes });

  it('is carried by the attempt that a take-over begins, and by no other', () => {
    const again = { containerId, leases: [], immediately: true, nowMs: t0 };
    const interrupted = givenThat({ status: 'INTERRUPTED' });
    expect(interrupted.when(beginAttempt, { ...again, crashes: { inARow: 2, alone: 1 } }).state?.crashes).toEqual({
      inARow: 2,
      alone: 1,
    });
    expect(suspected().when(beginAttempt, again).state?.crashes).toBeUndefined();
  });

  it('ends with a sign of work, an end that somebody wrote, an orderly shutdown and a passed probation', () => {
    expect(suspected().state?.crashes).toBeDefined();
    for (const cleared of [
      suspected().when(completeIteration, turning(t0)),
      suspected().when(visitMarket, { ...asHolder(t0), waypoint: 'X1-GZ7-A1' }),
      suspected().when(fail, failing(t0, 'no fuel')),
      suspected().when(interrupt, { containerId, reason: 'daemon_shutdown', nowMs: t0 }),
      suspected().when(passProbation, asHolder(t0)),
    ]) {
      expect(cleared.outcome).toEqual(changed);
      expect(cleared.state?.crashes).toBeUndefined();
    }
    const silent = suspected().when(interrupt, { containerId, reason: 'expired', nowMs: t0 });
    expect(silent.state?.crashes).toEqual({ inARow: 5, alone: 0 });
  });

  it('is written once as under way, under the token of its attempt', () => {
    const ask = { ...asHolder(t0), company: 2 };
    const begun = suspected().when(beginProbation, ask);
    expect(begun.outcome).toEqual(changed);
    expect(begun.state?.crashes).toEqual({ inARow: 5, alone: 0, company: 2 });
    expect(begun.when(beginProbation, ask).outcome).toEqual(unchanged);
    expect(suspected().when(beginProbation, { ...ask, token: 7 }).outcome).toMatchObject({ type: 'StaleAttempt' });
    expect(givenThat({}).when(passProbation, asHolder(t0)).outcome).toEqual(unchanged);
  });

  it('lets nobody wait who is not suspected, or whose turn it is', () => {
    expect(awaitsProbation({}, rules)).toBe(false);
    expect(awaitsProbation({ crashes: { inARow: 4, alone: 0 } }, rules)).toBe(false);
    expect(awaitsProbation({ crashes: { inARow: 5, alone: 0 } }, rules)).toBe(true);
    expect(awaitsProbation({ crashes: { inARow: 5, alone: 0, company: 4 } }, rules)).toBe(false);
  });
});

/** A fleet in which some containers end the daemon as soon as they run, as it lives from start to start. */
function lived(
  ids: readonly string[],
  culprits: ReadonlySet<string>,
  killed: (life: number) => 'soon' | 'no' = () => 'no',
) {
  const crashes = new Map<string, Crashes | undefined>(ids.map((id) => [id, { inARow: 5, alone: 0 }]));
  const parked: string[] = [];
  let lives = 0;
  for (; lives < 200; lives++) {
    for (const [id, before] of crashes) {
      if (!before) continue;
      const now = lives === 0 ? before : taken({ crashes: before });
      if (now && isParked(now, rules)) {
        crashes.delete(id);
        parked.push(id);
      } else crashes.set(id, now);
    }
    const isStanding = () => {
      for (;;) {
        const waiting = [...crashes].flatMap(([id, each]) => (each ? [{ containerId: id, crashes: each }] : []));
        if (waiting.length === 0) return true;
        if (killed(lives) === 'soon') return false;
        const next = nextOnProbation(waiting);
        for (const { containerId: id, crashes: each } of next) crashes.set(id, { ...each, company: next.length });
        if (next.some(({ containerId: id }) => culprits.has(id))) return false;
        for (const { containerId: id } of next) crashes.set(id, undefined);
      }
    };
    if (isStanding()) break;
  }
  return { parked: parked.sort(), lives };
}

describe('a fleet whose daemon ends again and again', () => {
  it('loses exactly the containers that end it, in few more lives', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.nat({ max: 500 }).map((n) => `c-${n}`),
          { minLength: 1, maxLength: 60 },
        ),
        fc.nat({ max: 3 }),
        (ids, count) => {
          const culprits = ids.slice(0, Math.min(count, ids.length));
          const { parked, lives } = lived(ids, new Set(culprits));
          expect(parked).toEqual([...culprits].sort());
          expect(lives).toBeLessThanOrEqual(culprits.length * (rules.parkAfter + Math.ceil(Math.log2(ids.length)) + 1));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('loses none where somebody kills it before it has stood for a while, however often', () => {
    expect(lived(['a', 'b', 'c'], new Set(), (life) => (life < 150 ? 'soon' : 'no'))).toEqual({
      parked: [],
      lives: 150,
    });
    expect(lived(['a'], new Set(), (life) => (life < 150 ? 'soon' : 'no'))).toEqual({ parked: [], lives: 150 });
  });

  it('waits longer each time for one that was alone: whoever kills at a pace of their own kills during the wait', () => {
    const [once, twice, thrice] = [0, 1, 2].map((alone) =>
      quietBefore([{ containerId, crashes: { inARow: 5, alone } }], rules),
    ) as [number, number, number];
    for (let everyMs = 1_000; everyMs < 120_000; everyMs += 500) {
      const isBlamed = (quietMs: number) => everyMs > quietMs && everyMs <= quietMs + rules.probationMs;
      expect([once, twice, thrice].every(isBlamed)).toBe(false);
    }
  });
});

it('is told in events that are complete when read alone', () => {
  const { events } = givenThat({ crashes: { inARow: 5, alone: 1 } }).when(beginProbation, {
    ...asHolder(t0),
    company: 1,
  });
  expect(events satisfies readonly ContainerEvent[]).toEqual([
    { type: 'ContainerProbationBegun', containerId, attempt: 1, company: 1, atMs: t0 },
  ]);
});
