import { z } from 'zod';
import { faultWords, issuesWithin, toldFaults } from '../../src/application/fault-words.js';

const ship = z.strictObject({
  name: z.string().min(1).max(3),
  crew: z.int().min(1).max(9).optional(),
  tags: z.array(z.string()).min(1).max(2).optional(),
  kind: z.enum(['probe', 'drone']).optional(),
  since: z.iso.datetime().optional(),
  owner: z.union([z.literal('all'), z.strictObject({ id: z.string('Must be a name.') })]).optional(),
});

function said(value: unknown): string[] {
  const { error } = ship.safeParse(value, { error: faultWords });
  return (error?.issues ?? [])
    .flatMap(issuesWithin)
    .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
}

describe('what is wrong with a value', () => {
  it.each([
    [{}, 'name: Is needed.'],
    [{ name: 7 }, 'name: Must be text.'],
    [{ name: '' }, 'name: Must not be empty.'],
    [{ name: 'long' }, 'name: Must have 3 characters at most.'],
    [{ name: 'a', crew: 1.5 }, 'crew: Must be a whole number.'],
    [{ name: 'a', crew: 0 }, 'crew: Must be 1 or more.'],
    [{ name: 'a', crew: 10 }, 'crew: Must be 9 at most.'],
    [{ name: 'a', tags: 'x' }, 'tags: Must be a list.'],
    [{ name: 'a', tags: [] }, 'tags: Must not be empty.'],
    [{ name: 'a', tags: ['x', 'y', 'z'] }, 'tags: Must have 2 members at most.'],
    [{ name: 'a', kind: 'tug' }, 'kind: Must be one of probe, drone.'],
    [{ name: 'a', since: 'now' }, 'since: Must be a moment in UTC such as 2026-01-31T12:00:00Z.'],
    [{ name: 'a', owner: 7 }, 'owner: Must be all, or an object.'],
    [{ name: 'a', owner: { id: 7 } }, 'owner.id: Must be a name.'],
    [{ name: 'a', wings: 2 }, 'Has what is not known here: wings.'],
    [7, 'Must be an object.'],
  ])('of %j is said in one sentence of the house', (value, sentence) => {
    expect(said(value)).toEqual([sentence]);
  });

  it('is told of the first three, with their places, as the rest of a sentence', () => {
    const queue = z.object({ queue: z.array(z.object({ id: z.string() })) });
    const { error } = queue.safeParse({ queue: [{}, { id: 1 }, {}, {}, {}] }, { error: faultWords });
    expect(error && toldFaults(error)).toBe(
      'queue[0].id is needed; queue[1].id must be text; queue[2].id is needed; and 2 more',
    );
    const whole = queue.safeParse([], { error: faultWords }).error;
    expect(whole && toldFaults(whole, 'the file')).toBe('the file must be an object');
  });
});
