import fc from 'fast-check';
import { container } from '../../../src/domain/container/container.js';
import { instance } from '../../../src/domain/instance/instance.js';
import { flow } from '../../../src/domain/flow/flow.js';
import type { Aggregate } from '../../../src/domain/kernel/decider.js';
import { fold } from '../../support/fold.js';
import { lease } from '../../../src/domain/lease/lease.js';
import { player } from '../../../src/domain/player/player.js';
import { request } from '../../../src/domain/request/request.js';
import { system } from '../../../src/domain/system/system.js';
import { examples } from '../../support/examples.js';
import { newestChapter } from '../laws.js';

interface Made {
  readonly type: string;
}
const eventsOf = (family: object): readonly Made[] => Object.values(family).map((make: () => Made) => make());

/** The events of one aggregate in any order, possible or not; `first` begins them where a beginning is needed. */
function anyHistoryOf(family: object, first: readonly Made[]) {
  return fc
    .array(fc.tuple(fc.constantFrom(...eventsOf(family)), fc.nat({ max: 9 })), { maxLength: 30 })
    .map((list) => [...first, ...list.map(([event, n]) => varied(event, n))]);
}

/** The same event with every number in it made another one. */
function varied(event: Made, n: number): Made {
  return JSON.parse(JSON.stringify(event), (_key, value: unknown) => {
    return typeof value === 'number' ? value + n : value;
  }) as Made;
}

const aggregates: [string, Aggregate<unknown, Made>, object, readonly Made[]][] = [
  ['lease', lease as never, examples.lease, []],
  ['container', container as never, examples.container, [examples.container.created()]],
  ['system', system as never, examples.system, []],
  ['player', player as never, examples.player, []],
  ['instance', instance as never, examples.instance, []],
  ['flow', flow as never, examples.flow, [examples.flow.declared()]],
  ['request', request as never, examples.request, []],
];

describe.each(aggregates)('the chapters of a %s', (_name, aggregate, family, first) => {
  it('give the same state from the newest one on as from the first event, for any history whatever', () => {
    fc.assert(
      fc.property(anyHistoryOf(family, first), (history) => {
        for (let length = 0; length <= history.length; length++) {
          const prefix = history.slice(0, length);
          expect(fold(aggregate, newestChapter(aggregate, prefix))).toStrictEqual(fold(aggregate, prefix));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('say the state that they were opened from, also after JSON', () => {
    fc.assert(
      fc.property(anyHistoryOf(family, first), (history) => {
        const state = fold(aggregate, history);
        const chapter = aggregate.chapterOf(state, 1);
        if (!chapter) return;
        expect(aggregate.opensChapter(chapter)).toBe(true);
        expect(aggregate.evolve(aggregate.initial, JSON.parse(JSON.stringify(chapter)) as Made)).toStrictEqual(state);
      }),
      { numRuns: 60 },
    );
  });

  it('are never needed before there is something to say', () => {
    expect(aggregate.chapterOf(aggregate.initial, 1)).toBeUndefined();
  });
});
