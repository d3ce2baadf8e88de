import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { systemContext } from '../command-context.js';
import type { Clock } from '../ports/clock.js';
import { GameRefused, type Game } from '../ports/game.js';
import type { Ids } from '../ports/ids.js';
import type { Say } from '../ports/log.js';
import { CLOCK, GAME, IDS } from '../ports/tokens.js';
import { ChartSystem } from './chart-system.js';
import { readChart } from './chart-file.js';
import { RegisterPlayer } from './register-player.js';

export interface LinkedAgent {
  readonly agent: string;
  /** Where its headquarters are; charted by now. */
  readonly system: string;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** After a no that asking again does not change: another token takes a restart. */
const refusedDelayMs = 600_000;

/**
 * Makes the game's agent known here: as a player, with the chart of its home. Whatever is away is waited for, since
 * nothing else needs it; what is known already is written no second time.
 */
export class GameLink {
  readonly #stop = new AbortController();

  constructor(
    @Inject(GAME) private readonly game: Game | null,
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /** @returns undefined without a game, and when it was stopped before the game answered */
  async link(player: number, say: Say): Promise<LinkedAgent | undefined> {
    const { game } = this;
    if (!game) return undefined;
    const said = { away: '', refused: '' };
    for (let delayMs = firstDelayMs; !this.#stop.signal.aborted; delayMs = Math.min(2 * delayMs, longestDelayMs)) {
      try {
        return await this.#once(game, player);
      } catch (error) {
        const { message } = error as Error;
        const isRefused = error instanceof GameRefused && error.kind === 'permanent';
        const how = isRefused ? 'refused' : 'away';
        if (message !== said[how] && !this.#stop.signal.aborted) {
          say(`The game is not linked yet: ${message}`, { event: 'game_not_linked', level: 'warn', error });
        }
        said[how] = message;
        await this.clock.sleep(isRefused ? refusedDelayMs : delayMs, this.#stop.signal);
      }
    }
    return undefined;
  }

  stop(): void {
    this.#stop.abort(new Error('the link to the game was given up'));
  }

  async #once(game: Game, player: number): Promise<LinkedAgent> {
    const { signal } = this.#stop;
    const context = systemContext(this.ids, 'game', 'import');
    const { symbol: agent, headquarters } = await game.agent({ signal });
    const { era } = await game.status({ signal });
    await this.commands.execute(new RegisterPlayer(context, player, agent, era));
    const system = headquarters.split('-').slice(0, 2).join('-');
    const waypoints = await game.waypoints(system, { signal });
    const read = readChart({ data: waypoints.map((each) => ({ ...each, systemSymbol: each.system })) }, system);
    if (read.type !== 'Chart') throw new Error(`the chart of ${system} cannot be read: ${read.reason}`);
    await this.commands.execute(new ChartSystem(context, read.chart));
    return { agent, system };
  }
}
