import { Gathering } from '../../../src/projections/live/gathering.js';
import { examples } from '../../support/examples.js';

const events = (...positions: number[]) =>
  positions.map((position) => examples.recorded(examples.lease.granted(), { position: BigInt(position) }));
const positions = (taken: Awaited<ReturnType<Gathering['take']>>) =>
  taken?.events.map(({ position }) => Number(position));

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const still = Symbol('still');
  return (await Promise.race([promise, Promise.resolve(still)])) === still;
}

describe('gathering', () => {
  it('hands out at once what came while nobody took', async () => {
    const gathering = new Gathering(10);
    await gathering.bring(events(1, 2), 2n);
    await gathering.bring(events(3), 5n);
    const taken = await gathering.take();
    expect(positions(taken)).toEqual([1, 2, 3]);
    expect(taken?.upTo).toBe(5n);
    expect(gathering.empty).toBe(true);
  });

  it('lets a taker wait for the next', async () => {
    const gathering = new Gathering(10);
    const taking = gathering.take();
    expect(await isPending(taking)).toBe(true);
    await gathering.bring(events(1), 1n);
    expect(positions(await taking)).toEqual([1]);
  });

  it('makes whoever brings more than fits wait until it was taken', async () => {
    const gathering = new Gathering(2);
    const bringing = gathering.bring(events(1, 2, 3), 3n);
    expect(await isPending(bringing)).toBe(true);
    expect(positions(await gathering.take())).toEqual([1, 2, 3]);
    await bringing;
  });

  it('gives out what is left once it is closed, then nothing, and leaves nobody waiting', async () => {
    const gathering = new Gathering(1);
    const bringing = gathering.bring(events(1), 1n);
    gathering.close();
    await bringing;
    expect(positions(await gathering.take())).toEqual([1]);
    expect(await gathering.take()).toBeUndefined();
    const empty = new Gathering(1);
    const taking = empty.take();
    empty.close();
    expect(await taking).toBeUndefined();
  });
});
