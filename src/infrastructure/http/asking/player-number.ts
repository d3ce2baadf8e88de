import { FindPlayer, unfoundPlayerText, type PlayerName } from '../../../application/registry/find-player.js';
import { failure } from '../problems.js';
import type { Dispatcher } from './dispatcher.js';

/** @throws ProblemError 422 when nobody is named, 404 for an agent that no player is registered under */
export async function playerNumber(dispatcher: Dispatcher, named: PlayerName): Promise<number> {
  const found = await dispatcher.view(new FindPlayer(named));
  if (found.type === 'Found') return found.player;
  throw failure(found.type, unfoundPlayerText(found));
}
