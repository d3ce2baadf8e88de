import type { Command } from '@nestjs/cqrs';
import type { Answer } from '../../../src/application/answer.js';
import type { CommandContext } from '../../../src/application/command-context.js';
import type { Chance } from '../../support/interleaving.js';
import type { Life } from './life.js';
import { asking, type SimulatedDaemon } from './simulated-daemon.js';

class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

const unanswered = { withinMs: 6_000, away: () => new Unreachable(), unknown: () => new Unreachable() };
const mostTries = 200;

/** How somebody outside asks: of any process that is up, again and again under the same name until there is an answer. */
export class Door {
  constructor(
    private readonly life: Life,
    private readonly up: () => readonly SimulatedDaemon[],
    private readonly chance: Chance,
  ) {}

  async ask<Outcome>(name: string, command: (context: CommandContext) => Command<Answer<Outcome>>): Promise<Outcome> {
    for (let tries = 0; tries < mostTries; tries++) {
      const up = this.up();
      if (up.length > 0) {
        const daemon = this.chance.oneOf(up);
        const asked = command(asking(name));
        const serve = () => (daemon.isUp ? daemon.serve(asked) : Promise.reject<Outcome>(new Unreachable()));
        try {
          return await this.life.call('api', name, serve, unanswered);
        } catch {
          // Whatever it was, the same is asked again.
        }
      }
      await this.life.clock.sleep(400 + this.chance.next() * 1_200);
    }
    throw new Error(`nobody ever answered: ${name}`);
  }
}
