import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream, isLive } from '../../domain/container/container.js';
import { operationName } from '../../domain/container/types.js';
import { ContainerId } from '../../domain/ids.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { StartContainer, type ContainerStartedAnswer, type StartRefusal } from './start-container.js';

type StartAnswer = Answer<ContainerStartedAnswer | StartRefusal>;

/**
 * Starts the one container of its type that a player has for a scope, such as the coordinator of a system. While one
 * lives, or may come back, everybody who asks is answered with that one.
 */
export class StartSingleton extends Command<StartAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<StartContainer['ask'], 'containerId'>,
    readonly scope: string,
  ) {
    super();
  }
}

@CommandHandler(StartSingleton)
export class StartSingletonHandler implements ICommandHandler<StartSingleton> {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(Decisions) private readonly decisions: Decisions,
  ) {}

  /** Its id is made from what it is for, so that of two starts the log lets one create it. */
  async execute({ context, ask, scope }: StartSingleton): Promise<StartAnswer> {
    const name = operationName(ask.containerType, ask.commandType);
    const idOf = (n: number) => ContainerId([name, `p${ask.player}`, scope, ...(n > 1 ? [n] : [])].join('-'));
    const start = (containerId: string) =>
      this.commands.execute(new StartContainer(stepOf(context, containerId), { ...ask, containerId }));
    const own = await this.#begunBy(context, idOf);
    if (own !== undefined) return start(own);
    for (let n = 1; ; n++) {
      const containerId = idOf(n);
      const before = await this.#living(containerId);
      if (before === 'over') continue;
      if (before) return before;
      const answer = await start(containerId);
      if (answer.outcome.type !== 'AlreadyExists') return answer;
      const first = await this.#living(containerId);
      if (first && first !== 'over') return first;
    }
  }

  /** What this very command began when it was asked before is its answer, also when it is over by now. */
  async #begunBy(context: CommandContext, idOf: (n: number) => string): Promise<string | undefined> {
    for (let n = 1; context.mayBeRepeat; n++) {
      const [id, stream] = [idOf(n), containerStream(idOf(n))];
      if ((await this.decisions.current(container, stream)).state === null) return undefined;
      if (await this.decisions.leftBy(stepOf(context, id), container, stream)) return id;
    }
    return undefined;
  }

  /** Undefined: there never was one of this id. */
  async #living(containerId: string): Promise<StartAnswer | 'over' | undefined> {
    const { state, position } = await this.decisions.current(container, containerStream(containerId));
    if (!state) return undefined;
    return isLive(state) && !state.removed ? { outcome: { type: 'Started', container: state }, position } : 'over';
  }
}
