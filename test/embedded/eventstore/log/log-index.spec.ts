import { LogIndex } from '../../../../src/embedded/eventstore/log/log-index.js';
import { PositionList } from '../../../../src/embedded/eventstore/log/position-list.js';
import { aRecord, someRecords } from './records.js';

describe('The index of a log', () => {
  it('forgets the newest records as if they had never been there', () => {
    const index = new LogIndex();
    index.add('ship-1', false, 64);
    const added = [aRecord('ship-1', 1), aRecord('ship-2', 0), aRecord('ship-1', 0, { tombstone: true })];
    for (const [at, { stream, tombstone }] of added.entries()) index.add(stream, tombstone, 100 + at);
    expect(index.head('ship-1')).toEqual({ lastRevision: 1, tombstoned: true });
    index.removeNewest(added);
    expect(index.head('ship-1')).toEqual({ lastRevision: 0, tombstoned: false });
    expect([index.count, index.streamCount]).toEqual([1, 1]);
    expect(index.positionOf('ship-1', 1)).toBeUndefined();
    expect(index.ordinalAtOrAfter(65)).toBe(1);
    expect(() => index.assertFollows(someRecords('ship-2', 0, 3))).not.toThrow();
  });

  it('takes little memory: under 150 MB for a million records in a hundred thousand streams', () => {
    const before = process.memoryUsage();
    const index = new LogIndex();
    for (let at = 0; at < 1_000_000; at += 1) index.add(`ship-player.COOPER-${at % 100_000}`, false, at * 300);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(150e6);
    expect(index.head('ship-player.COOPER-7').lastRevision).toBe(9);
  });
});

describe('A list of positions', () => {
  it('finds the first value that is not below another, across its pages', () => {
    const list = new PositionList();
    for (let at = 0; at < 200_000; at += 1) list.push(at * 3);
    for (const at of [0, 1, 65_535, 65_536, 65_537, 199_999]) {
      expect(list.at(at)).toBe(at * 3);
      expect(list.lowerBound(at * 3)).toBe(at);
      expect(list.lowerBound(at * 3 + 1)).toBe(at + 1);
    }
    expect(() => list.at(200_000)).toThrow(RangeError);
    list.shrink(10);
    expect(list.lowerBound(1_000)).toBe(10);
    list.push(28);
    expect(list.at(10)).toBe(28);
  });
});
