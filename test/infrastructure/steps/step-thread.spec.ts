import type * as Steps from '../../../src/infrastructure/steps/step-thread.js';
import { known, shipAt, sightOf } from '../../domain/operations/sights.js';

/** As it was built: a thread runs no TypeScript. */
const built = new URL('../../../dist/infrastructure/steps/step-thread.js', import.meta.url);
const { StepThread } = (await import(built.href)) as typeof Steps;
const module = new URL('../../support/odd-steps.mjs?SPINNER=spin&LEAKER=leak&THROWER=throw', import.meta.url);

describe('a thread that decides steps', () => {
  let thread: Steps.StepThread;
  let lost: string[];
  beforeEach(() => {
    lost = [];
    thread = new StepThread({ limitMs: 500, memoryMb: 32, module, onLost: (why) => lost.push(why) });
  });
  afterEach(async () => {
    await thread.close();
  });

  const decide = (symbol: string, at = 'X1-A-A1', to = 'X1-A-B2') =>
    thread.decide({ type: 'navigate', destination: to }, known(), {
      ...sightOf({ at, status: 'DOCKED' }),
      ship: { ...shipAt({ at, status: 'DOCKED' }), symbol },
    });
  const usual = { type: 'act', action: { type: 'orbit' } };

  it('gives what the operation decides', async () => {
    expect(await decide('GOOD')).toEqual(usual);
    expect(await decide('GOOD', 'X1-A-B2')).toMatchObject({ type: 'done' });
  });

  it('gives a throw to whoever asked, and goes on', async () => {
    const [thrown, next] = await Promise.allSettled([decide('THROWER'), decide('GOOD')]);
    expect(thrown).toMatchObject({ status: 'rejected', reason: { message: 'a bug in the operation' } });
    expect(next).toEqual({ status: 'fulfilled', value: usual });
  });

  it('[A260] fails the one that spins, and decides in a new thread what waited behind it', async () => {
    const ends = await Promise.allSettled([decide('GOOD'), decide('SPINNER'), decide('GOOD'), decide('GOOD')]);
    expect(ends).toEqual([
      { status: 'fulfilled', value: usual },
      { status: 'rejected', reason: new Error('its next step was not decided within 500 ms') },
      { status: 'fulfilled', value: usual },
      { status: 'fulfilled', value: usual },
    ]);
    expect(lost).toEqual(['its next step was not decided within 500 ms']);
  });

  it('[A260] fails the one that takes too much memory, and decides in a new thread what waited behind it', async () => {
    await thread.close();
    thread = new StepThread({ limitMs: 20_000, memoryMb: 32, module });
    const [leaked, next] = await Promise.allSettled([decide('LEAKER'), decide('GOOD')]);
    expect(leaked).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('memory') } });
    expect(next).toEqual({ status: 'fulfilled', value: usual });
  });

  it('decides nothing more once it is closed, and says so to those who wait', async () => {
    const [spinning, waiting] = [decide('SPINNER'), decide('GOOD')];
    const ends = Promise.allSettled([spinning, waiting]);
    await thread.close();
    const closed = { status: 'rejected', reason: new Error('no more steps are decided here') };
    expect(await ends).toEqual([closed, closed]);
    expect(lost).toEqual([]);
    await expect(decide('GOOD')).rejects.toThrow('no more steps are decided here');
  });
});
