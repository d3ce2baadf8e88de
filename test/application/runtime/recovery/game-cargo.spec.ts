import { GameRefused, GameUnavailable } from '../../../../src/application/ports/game.js';
import { GameCargo } from '../../../../src/application/runtime/recovery/game-cargo.js';

const holdAnswering = (error: Error) => new GameCargo({ ship: () => Promise.reject(error) }, 1).cargoOf('SHIP-1', 1);

describe('the hold of a ship in the game', () => {
  it('is unknown where the game has no such ship, and for a ship of another player', async () => {
    const none = new GameRefused(404, 'Ship SHIP-1 does not exist.', 'permanent', {});
    expect(await holdAnswering(none)).toEqual({ type: 'unknown' });
    const others = new GameCargo({ ship: () => Promise.reject(new Error('was asked')) }, 1);
    expect(await others.cargoOf('SHIP-1', 2)).toEqual({ type: 'unknown' });
  });

  it.each([
    new GameRefused(4104, 'The token is not one of this server.', 'permanent', {}),
    new GameRefused(0, 'status 404', 'permanent', {}),
    new GameUnavailable('no answer'),
  ])('is unreadable, not empty, after %s', async (error) => {
    expect(await holdAnswering(error)).toEqual({ type: 'unreadable', reason: error.message });
  });
});
