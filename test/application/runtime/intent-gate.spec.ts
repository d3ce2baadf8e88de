import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { EraChanged, GameOutcomeUnknown, GameRefused, GameUnavailable } from '../../../src/application/ports/game.js';
import { ship as resource } from '../../support/custody.js';
import type { Change } from '../../support/in-memory-game.js';
import { violationsOf } from '../../support/invariants.js';
import { MortalProcess } from '../../support/mortal-process.js';
import { Supervision, Theatre } from '../../support/operation-runs.js';
import { orderOf, ship, worldWith } from '../../support/scenarios.js';

const good = 'IRON_ORE';
const deadlineMs = 90_000;
const buying = orderOf('purchase', { good, units: 5 });
const navigating = orderOf('navigate', { destination: 'X1-GZ7-B2' });

describe('the intent gate', () => {
  let theatre: Theatre;
  let io: Supervision;
  beforeEach(() => {
    theatre = new Theatre(worldWith());
    io = new Supervision();
  });
  afterEach(async () => {
    expect(violationsOf(await theatre.room.events())).toEqual([]);
  });

  const run = async (order = buying, process = new MortalProcess()) =>
    theatre.runtime(process).run.run(await theatre.started(order), io);
  const deeds = (action: string) => theatre.game.journal.filter((deed) => deed.action === action).length;
  const observed = async () =>
    (await theatre.all('EffectObserved')).map(({ result, evidence }) => ({ result, evidence }));

  it('declares a change under the token, with a deadline and what to look for, before it is made', async () => {
    theatre.game.asked = async (call) => {
      if (call !== 'purchase') return;
      const { effects, hold } = await theatre.room.lease(resource(ship));
      expect(effects).toEqual([
        expect.objectContaining({
          action: 'purchase',
          token: hold?.token,
          deadlineMs: theatre.clock.nowMs() + deadlineMs,
          probe: expect.objectContaining({ look: 'cargo', good, before: 0, after: 5, waypoint: 'X1-GZ7-A1' }),
        }),
      ]);
    };
    expect(await run()).toEqual({ type: 'completed' });
    expect(deeds('purchase')).toBe(1);
  });

  it('records the answer as evidence, and the purchase as owed', async () => {
    await run();
    expect(await observed()).toEqual([
      {
        result: 'happened',
        evidence: expect.objectContaining({
          credits: 99_950,
          transaction: expect.objectContaining({ good, units: 5, totalPrice: 50, type: 'PURCHASE' }),
        }),
      },
    ]);
    const { obligations } = await theatre.room.lease(resource(ship));
    expect(obligations).toEqual([expect.objectContaining({ good, units: 5 })]);
  });

  it('asks for nothing before a question, and declares none', async () => {
    await run(orderOf('dock', {}));
    expect(await theatre.all('EffectIntended')).toEqual([]);
  });

  it.each<[Change, ReturnType<typeof orderOf>]>([
    ['purchase', buying],
    ['navigate', navigating],
    ['orbit', navigating],
    ['jettison', orderOf('jettison', { good })],
    ['sell', orderOf('sell', { good })],
  ])('looks for a %s whose answer was lost, and does not repeat it', async (change, order) => {
    theatre = new Theatre(worldWith({ cargo: change === 'jettison' || change === 'sell' ? { [good]: 3 } : {} }));
    theatre.game.loseAnswerOf(change);
    expect(await run(order)).toEqual({ type: 'completed' });
    expect(deeds(change)).toBe(1);
    expect((await observed()).map(({ result }) => result)).toEqual(theatre.game.journal.map(() => 'happened'));
    expect(io.lines.join()).toContain(`no answer to ${change}: looking whether it happened`);
  });

  it('writes down what it saw of a purchase whose answer was lost', async () => {
    theatre.game.loseAnswerOf('purchase');
    await run();
    expect(await observed()).toEqual([{ result: 'happened', evidence: { aboard: 5, credits: 99_950 } }]);
    expect(await theatre.all('ObligationIncurred')).toHaveLength(1);
  });

  it('repeats what did not happen only when it cannot happen any more', async () => {
    theatre.game.fail('purchase', new GameOutcomeUnknown('no answer'));
    const beganMs = theatre.clock.nowMs();
    const times: number[] = [];
    theatre.game.made = () => void times.push(theatre.clock.nowMs() - beganMs);
    expect(await run()).toEqual({ type: 'completed' });
    expect(times).toEqual([deadlineMs]);
    expect(await observed()).toEqual([
      { result: 'did-not-happen', evidence: { aboard: 0, credits: 100_000 } },
      { result: 'happened', evidence: expect.anything() },
    ]);
  });

  it('tells whoever watches that it will be quiet until then', async () => {
    theatre.game.fail('purchase', new GameOutcomeUnknown('no answer'));
    await run();
    const settling = io.told.find(({ cursor }) => JSON.stringify(cursor).includes('settle'));
    expect(settling?.quietForMs).toBeGreaterThan(deadlineMs);
  });

  it("believes the market's own record where the hold tells too little", async () => {
    let isMeddled = false;
    const seen = theatre.game.ship.bind(theatre.game);
    theatre.game.ship = async (symbol) => {
      const real = await seen(symbol);
      if (!isMeddled) return real;
      isMeddled = false;
      return { ...real, cargo: { ...real.cargo, inventory: [{ good, units: 4 }] } };
    };
    theatre.game.made = () => {
      isMeddled = true;
      theatre.game.made = () => undefined;
      throw new GameOutcomeUnknown('no answer');
    };
    expect(await run()).toEqual({ type: 'completed' });
    expect(theatre.clock.slept).toEqual([]);
    expect(await observed()).toEqual([
      {
        result: 'happened',
        evidence: { aboard: 4, credits: 99_950, transaction: expect.objectContaining({ units: 5 }) },
      },
    ]);
  });

  it('records a refusal as what did not happen, with its code', async () => {
    theatre.game.credits = 1;
    expect(await run()).toEqual({ type: 'failed', error: 'Too few credits. (4600)', permanent: true });
    expect(await observed()).toEqual([
      { result: 'did-not-happen', evidence: { refused: 4600, message: 'Too few credits.' } },
    ]);
  });

  it('waits while the game has no time, and leaves no effect open meanwhile', async () => {
    theatre.game.fail('purchase', new GameUnavailable('busy'), 3);
    expect(await run()).toEqual({ type: 'completed' });
    expect(theatre.clock.slept.slice(0, 3)).toEqual([1_000, 2_000, 5_000]);
    expect((await observed()).map(({ result }) => result)).toEqual([
      ...['did-not-happen', 'did-not-happen', 'did-not-happen'],
      'happened',
    ]);
  });

  it('ends politely with the universe', async () => {
    theatre.game.fail('purchase', new EraChanged('reset'));
    expect(await run()).toEqual({
      type: 'failed',
      error: 'the universe was reset, and this container belongs to the one before',
      permanent: true,
    });
    expect((await theatre.room.lease(resource(ship))).effects).toEqual([]);
  });

  it('does not spend when the ship is another by then', async () => {
    const process = new MortalProcess();
    process.before = async (what) => {
      if (what !== 'log.append') return;
      process.before = () => undefined;
      await theatre.restarted(buying.containerId);
    };
    expect(await run(buying, process)).toMatchObject({ type: 'lost' });
    expect(theatre.game.journal).toEqual([]);
  });

  it('honours a stop that comes while a change waits for its turn: it was not sent', async () => {
    theatre.game.asked = (call) => {
      if (call !== 'purchase') return;
      io.stopping.abort(new Error('stop'));
      throw io.stop.reason;
    };
    expect(await run()).toEqual({ type: 'stopped' });
    expect(await observed()).toEqual([{ result: 'did-not-happen', evidence: { why: 'stopped before it was sent' } }]);
  });

  it('records what was made though it was told to stop meanwhile', async () => {
    theatre.game.made = () => io.stopping.abort();
    expect(await run()).toEqual({ type: 'stopped' });
    expect(deeds('purchase')).toBe(1);
    const { effects, obligations } = await theatre.room.lease(resource(ship));
    expect({ effects, owed: obligations.length }).toEqual({ effects: [], owed: 1 });
  });

  it('looks once before it stops, and leaves open what may still land', async () => {
    theatre.game.asked = (call) => {
      if (call !== 'purchase') return;
      io.stopping.abort();
      throw new GameOutcomeUnknown('no answer');
    };
    expect(await run()).toEqual({ type: 'stopped' });
    expect((await theatre.room.lease(resource(ship))).effects).toHaveLength(1);
    expect(theatre.clock.slept).toEqual([]);

    theatre = new Theatre(worldWith());
    io = new Supervision();
    theatre.game.made = () => {
      io.stopping.abort();
      throw new GameOutcomeUnknown('no answer');
    };
    expect(await run()).toEqual({ type: 'stopped' });
    const { effects, obligations } = await theatre.room.lease(resource(ship));
    expect({ effects, owed: obligations.length }).toEqual({ effects: [], owed: 1 });
  });

  it("waits until another worker's open effect cannot land, and leaves it to who understands it", async () => {
    const attempt = await theatre.started(buying);
    const instance = theatre.room.instance();
    await instance.outcome(
      new RecordEffect(instance.context(), resource(ship), {
        ...{ type: 'intend', token: attempt.leases[0]?.token ?? 0, effectId: 'theirs' },
        ...{ action: 'warp', withinMs: 40_000, probe: { ask: 'the crew' } },
      }),
    );
    expect(await theatre.runtime().run.run(attempt, io)).toEqual({ type: 'completed' });
    expect(theatre.clock.slept[0]).toBe(40_000);
    expect((await theatre.room.lease(resource(ship))).effects).toMatchObject([{ effectId: 'theirs' }]);
  });

  it('a refusal that nobody foresaw is the end of this attempt alone', async () => {
    theatre.game.fail('purchase', new GameRefused(4999, 'No.', 'permanent', {}));
    expect(await run()).toEqual({ type: 'failed', error: 'No. (4999)', permanent: true });
  });
});

it('a process that was overtaken in a call does nothing more, and its successor sees what it did', async () => {
  const theatre = new Theatre(worldWith());
  const [slow, io] = [new MortalProcess(), new Supervision()];
  const attempt = await theatre.started(buying);
  let arrive: () => void = () => undefined;
  const answer = new Promise<void>((resolve) => (arrive = resolve));
  let made: () => void = () => undefined;
  const bought = new Promise<void>((resolve) => (made = resolve));
  slow.after = async (what) => {
    if (what !== 'game.purchase') return;
    made();
    await answer;
  };
  const overtaken = theatre.runtime(slow).run.run(attempt, io);
  await bought;
  const successor = theatre.runtime().run.run(await theatre.restarted(buying.containerId), new Supervision());
  expect(await successor).toEqual({ type: 'completed' });
  const before = (await theatre.room.events()).length;
  arrive();
  expect(await overtaken).toMatchObject({ type: 'lost' });
  expect(await theatre.room.events()).toHaveLength(before);
  expect(theatre.game.journal.filter(({ action }) => action === 'purchase')).toHaveLength(1);
  expect(violationsOf(await theatre.room.events())).toEqual([]);
});

it('a change that lands after its sender was taken for dead is seen before it is repeated', async () => {
  const theatre = new Theatre(worldWith());
  const dying = new MortalProcess();
  const attempt = await theatre.started(buying);
  let land: () => Promise<unknown> = () => Promise.resolve();
  const purchase = theatre.game.purchase.bind(theatre.game);
  theatre.game.purchase = (...given) => {
    land = () => purchase(...given);
    theatre.game.purchase = purchase;
    throw new Error('the process was killed');
  };
  await theatre.runtime(dying).run.run(attempt, new Supervision());
  theatre.clock.onSleep = (ms) => {
    if (ms > 1_000) void land();
    theatre.clock.onSleep = () => undefined;
  };
  const next = await theatre.restarted(buying.containerId);
  expect(await theatre.runtime().run.run(next, new Supervision())).toEqual({ type: 'completed' });
  expect(theatre.game.journal).toHaveLength(1);
  expect(await theatre.all('ObligationIncurred')).toHaveLength(1);
});
