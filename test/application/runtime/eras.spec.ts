import { RegisterPlayer, RegisterPlayerHandler } from '../../../src/application/registry/register-player.js';
import { Eras } from '../../../src/application/runtime/recovery/eras.js';
import { Custody } from '../../support/custody.js';
import { DaemonInstance } from '../../support/daemons.js';

describe('the eras of the game', () => {
  const room = new Custody();
  const here = room.instance();
  const register = (era: string | null, of = 1) =>
    new RegisterPlayerHandler(here.decisions).execute(new RegisterPlayer(here.context(), of, `AGENT-${of}`, era));
  const at = (era: string) => ({ status: () => Promise.resolve({ era, nextResetMs: null }) });
  const closed = async (game: ConstructorParameters<typeof Eras>[1]) =>
    Object.fromEntries(await new Eras(here.decisions, game, room.clock, here.parts.policy).closed([1, 2, 1]));

  it('[A291] have none closed that nobody named, and while the game is away', async () => {
    expect(await closed(at('2026-01-11'))).toEqual({});
    await register('2026-01-11');
    await register(null, 2);
    expect(await closed(at('2026-01-11'))).toEqual({});
    expect(await closed(null)).toEqual({});
    expect(await closed({ status: () => Promise.reject(new Error('away')) })).toEqual({});
  });

  it('[A291] of a container that was found end it as dead_era, by name, and its ship is free', async () => {
    const first = await new DaemonInstance(room, 'first').up();
    await first.instance.started({ containerId: 'old', ships: ['COOPER-2'], runner: 'daemon' });
    first.vanish();
    room.clock.pass(1_000);
    expect(await closed(at('2026-01-25'))).toEqual({ 1: room.clock.nowMs() });

    const next = await new DaemonInstance(room, 'next', { look: () => 'dead', game: at('2026-01-25') }).up();
    const { lost } = await next.look();
    expect(lost).toMatchObject([{ containerId: 'old', reason: 'dead_era: its universe is gone' }]);
    expect(await room.container('old')).toMatchObject({ status: 'FAILED', exitReason: 'dead_era' });
    expect((await next.look()).lost).toEqual([]);
  });

  it('[A291] stay closed once the new one was registered', async () => {
    await register('2026-01-25');
    const since = room.clock.nowMs();
    room.clock.pass(1_000);
    expect(await closed(at('2026-01-25'))).toEqual({ 1: since });
  });
});
