import { uuids } from '../../src/infrastructure/ids.js';

describe('ids', () => {
  it('are random UUIDs of version 4', () => {
    const one = uuids.uuid();
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuids.uuid()).not.toBe(one);
  });

  it('are derived from words: the same today as when the log was written', () => {
    expect(uuids.derived('command', '0')).toBe('5f88e58d-df66-5f51-b918-151314152e3f');
    expect(uuids.derived('command', '0')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  });

  it('tell ("a", "bc") from ("ab", "c")', () => {
    expect(uuids.derived('a', 'bc')).not.toBe(uuids.derived('ab', 'c'));
  });
});
