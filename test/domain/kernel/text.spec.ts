import { counted } from '../../../src/domain/kernel/text.js';

it('one is said in the singular, and every other number in the plural', () => {
  expect([0, 1, 2].map((count) => counted(count, 'time'))).toEqual(['0 times', '1 time', '2 times']);
});
