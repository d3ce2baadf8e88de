import type { NewEvent } from '../../../src/application/ports/event-store.js';
import { settleAppend, type Answer } from '../../../src/infrastructure/eventstore/settle-append.js';

const metadata: NewEvent['metadata'] = {
  commandId: 'c',
  $correlationId: 'c',
  $causationId: 'c',
  actor: { key: 'test', role: 'operator', player: null },
  via: 'test',
  schemaVersion: 1,
};
const wanted: NewEvent[] = ['a', 'b', 'c'].map((id) => ({ id, type: 'T', data: {}, metadata }));

/** A stream from revision 5 on, and what became of every try to write to it. */
function settling(there: readonly string[], answers: readonly Answer['type'][], lost: Answer = { type: 'NoAnswer' }) {
  const stream = [...there];
  const written: number[] = [];
  const left = [...answers];
  const outcome = settleAppend(5n, wanted, lost, {
    readBack: () =>
      Promise.resolve(
        stream.slice(0, 3).map((id, index) => ({
          ...wanted[0]!,
          id,
          stream: 's',
          revision: 5n + BigInt(index),
          position: BigInt(100 + index),
          createdMs: 0,
        })),
      ),
    writeAgain: (from) => {
      written.push(from);
      const type = left.shift() ?? 'NoAnswer';
      if (type === 'Written') stream.push(...wanted.slice(from).map(({ id }) => id));
      return Promise.resolve(type === 'Written' ? { type, position: 102n } : { type });
    },
  });
  return { outcome, written };
}

describe('an append that was not plainly answered', () => {
  it('is done where all of it stands', async () => {
    const { outcome, written } = settling(['a', 'b', 'c', 'later'], []);
    expect(await outcome).toEqual({ type: 'Appended', revision: 7n, position: 102n });
    expect(written).toEqual([]);
  });

  it('is written once more where nothing of it stands', async () => {
    const { outcome, written } = settling([], ['Written']);
    expect(await outcome).toEqual({ type: 'Appended', revision: 7n, position: 102n });
    expect(written).toEqual([0]);
  });

  it.each([1, 2])('is completed where only its first %d stand', async (count) => {
    const { outcome, written } = settling(['a', 'b', 'c'].slice(0, count), ['Written']);
    expect(await outcome).toEqual({ type: 'Appended', revision: 7n, position: 102n });
    expect(written).toEqual([count]);
  });

  it('has lost where another stands in its place, or behind a part of it', async () => {
    expect(await settling(['x'], []).outcome).toEqual({ type: 'Conflict' });
    expect(await settling(['a', 'x', 'y'], []).outcome).toEqual({ type: 'Conflict' });
    expect(await settling([], [], { type: 'WrongVersion' }).outcome).toEqual({ type: 'Conflict' });
  });

  it('is of unknown outcome where no try is answered and nothing stands', async () => {
    await expect(settling([], ['NoAnswer']).outcome).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  });
});
