import type { CommandBus } from '@nestjs/cqrs';
import type { Clock } from '../../../src/application/ports/clock.js';
import { GameRefused, GameUnavailable, type Game } from '../../../src/application/ports/game.js';
import { GameLink } from '../../../src/application/registry/game-link.js';

const refusal = new GameRefused(4104, 'The token is not one of this server.', 'permanent', {});
const away = new GameUnavailable('no answer');

/** What a link says, and how long it waits, while its game fails so; it is stopped after that. */
async function linkedThrough(failures: readonly Error[]) {
  const said: string[] = [];
  const waits: number[] = [];
  const left = [...failures];
  const game = { agent: () => Promise.reject(left.shift() ?? new Error('asked once more')) };
  const clock = {
    sleep: (ms: number) => {
      waits.push(ms);
      if (left.length === 0) link.stop();
      return Promise.resolve();
    },
  };
  const ids = { uuid: () => 'id', derived: () => 'id' };
  const link: GameLink = new GameLink(
    game as unknown as Game,
    undefined as unknown as CommandBus,
    clock as unknown as Clock,
    ids,
  );
  expect(await link.link(1, (text) => void said.push(text))).toBeUndefined();
  return { said, waits };
}

describe('the link to the game', () => {
  it('says once that the game refuses it, and goes on asking slowly', async () => {
    const { said, waits } = await linkedThrough([refusal, away, refusal, refusal]);

    expect(said.filter((text) => text.includes(refusal.message))).toHaveLength(1);
    expect(waits).toEqual([600_000, expect.any(Number), 600_000, 600_000]);
    expect(waits[1]).toBeLessThan(30_000);
  });

  it('asks a game that is away more and more seldom', async () => {
    const { said, waits } = await linkedThrough([away, away, away]);

    expect(said).toEqual(['The game is not linked yet: no answer']);
    expect(waits).toEqual([500, 1_000, 2_000]);
  });
});
