import { FindScouts } from '../../../src/application/scouting/find-scouts.js';
import { GameUnavailable, type Game, type GameShip } from '../../../src/application/ports/game.js';

const ship = (symbol: string, role: string, frame: string) => ({ symbol, role, frame }) as GameShip;
const frigate = ship('A-1', 'COMMAND', 'FRAME_FRIGATE');
const knows = (...ships: GameShip[]) => new FindScouts({ ships: () => Promise.resolve(ships) } as unknown as Game);
const away = new FindScouts({
  ships: () => Promise.reject(new GameUnavailable('it rests')),
} as unknown as Game);

describe('the ships that scout', () => {
  it('[A131] are probes and drones, and nobody where there is only a frigate', async () => {
    const all = knows(frigate, ship('A-2', 'SATELLITE', 'FRAME_PROBE'), ship('A-3', 'EXCAVATOR', 'FRAME_DRONE'));
    expect(await all.among(undefined)).toEqual({ type: 'Scouts', ships: ['A-2', 'A-3'] });
    expect(await knows(frigate).among(undefined)).toEqual({ type: 'NoScoutShips' });
  });

  it('may be any that are named, as long as the game has them', async () => {
    expect(await knows(frigate).among(['A-1'])).toEqual({ type: 'Scouts', ships: ['A-1'] });
    expect(await knows(frigate).among(['A-1', 'A-9'])).toEqual({ type: 'UnknownShips', ships: ['A-9'] });
  });

  it('are taken at their word while the game is away, and cannot be found then', async () => {
    expect(await away.among(['A-1'])).toEqual({ type: 'Scouts', ships: ['A-1'] });
    await expect(away.among(undefined)).rejects.toThrow('it rests');
    expect(await new FindScouts(null).among(undefined)).toEqual({ type: 'NoGame' });
  });
});
