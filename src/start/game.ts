import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import type { Game } from '../application/ports/game.js';
import { GameLink } from '../application/registry/game-link.js';
import { FirstTours } from '../application/scouting/first-tours.js';
import { startUniverseProcess } from '../embedded/universe/universe-process.js';
import { systemClock } from '../infrastructure/clock.js';
import { connectGame } from '../infrastructure/game/connect.js';
import { agentOfUniverse } from '../infrastructure/game/simulated-agent.js';
import { countCalls } from '../infrastructure/metrics/count-calls.js';
import type { Opening } from './opening.js';

export interface GameServer {
  readonly url: string;
  readonly game: Game;
}

/** The real one where there is a token for it, else a simulated one, in a process of its own. */
export async function openGame(opening: Opening): Promise<GameServer> {
  const { config, metrics } = opening;
  const watch = countCalls(metrics);
  const connect = (url: string, token: string): GameServer => {
    return { url, game: connectGame(url, token, systemClock, config.gameTimeoutMs, watch) };
  };
  const token = config.gameToken?.reveal();
  if (token !== undefined) return connect(config.gameUrl, token);
  const universe = await openUniverse(opening);
  const agent = await agentOfUniverse(universe.url, join(config.dataDirectory, 'universe', 'agent.json'));
  return connect(`${universe.url}/v2`, agent.token);
}

async function openUniverse(opening: Opening): Promise<{ readonly url: string }> {
  const { config, onGone } = opening;
  const universe = await startUniverseProcess({
    dataDir: await opening.directory('universe/world'),
    port: config.universePort,
    file: config.universeFile,
    timeFactor: config.universeTimeFactor,
    rateLimit: config.universeRateLimit,
    log: opening.relay('universe', 'universe_said'),
    onGone,
  });
  opening.opened('universe', () => universe.stop());
  return universe;
}

/** Makes the game's agent known here. Goes on beside everything else: nobody waits for a game that is away. */
export function introduceGame(opening: Opening, app: INestApplicationContext): void {
  const { config } = opening;
  const say = opening.say('game');
  const link = app.get(GameLink);
  const linking = link.link(config.gamePlayer, say).then(async (linked) => {
    const isOwnUniverse = config.game && config.gameToken === undefined;
    if (linked && isOwnUniverse && config.firstTours) await app.get(FirstTours).begin(config.gamePlayer, linked);
  });
  const settled = linking.catch((error: unknown) =>
    say(`The first tours: ${String(error)}`, { event: 'first_tours_failed', level: 'warn', error }),
  );
  opening.opened('introduction to the game', () => {
    link.stop();
    return settled;
  });
}
