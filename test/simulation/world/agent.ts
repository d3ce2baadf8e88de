import type { Command } from '@nestjs/cqrs';
import type { Answer } from '../../../src/application/answer.js';
import { ClaimTask } from '../../../src/application/agent-tasks/claim-task.js';
import { AbandonTask, CompleteTask, FailTask } from '../../../src/application/agent-tasks/end-task.js';
import { QueueTask } from '../../../src/application/agent-tasks/queue-task.js';
import type { CommandContext } from '../../../src/application/command-context.js';
import { RenewLease } from '../../../src/application/liveness/renew-lease.js';
import { taskLock } from '../../../src/domain/agent-task/agent-task.js';
import type { Chance } from '../../support/interleaving.js';
import { examples } from '../../support/examples.js';
import type { Door } from './door.js';
import type { Life } from './life.js';
import { policy } from './simulated-daemon.js';

const queue = 'yard';
const tasks = 12;

/** Works on the tasks of a queue, and now and then walks off without a word. */
export class Agent {
  #asked = 0;
  #goesOn = true;

  constructor(
    private readonly life: Life,
    private readonly door: Door,
    private readonly chance: Chance,
  ) {}

  /** Takes nothing new on. */
  finish(): void {
    this.#goesOn = false;
  }

  async run(): Promise<void> {
    for (let session = 1; this.#goesOn; session++) {
      await this.#work(`${this.life.name}-s${session}`, `t${this.chance.below(tasks)}`);
      await this.life.clock.sleep(1_000 + this.chance.next() * 4_000);
    }
  }

  async #work(session: string, taskId: string): Promise<void> {
    const task = { queue, taskId };
    const description = { ...examples.taskDescription(), ...task, dependencies: [] };
    await this.#ask('queue', (context) => new QueueTask(context, description));
    const claim = { ...task, agent: this.life.name, session, ttlMs: policy.taskTtlMs, wait: null };
    const claimed = await this.#ask('claim', (context) => new ClaimTask(context, claim));
    if (claimed.type !== 'TaskClaimed') return;
    const { token } = claimed.hold;
    const renewal = { token, cursor: null, quietForMs: 0 };
    for (let round = this.chance.below(5); round > 0; round--) {
      await this.life.clock.sleep(1_000 + this.chance.next() * 5_000);
      const renewed = await this.#ask('renew', () => new RenewLease(taskLock(queue, taskId), renewal));
      if (renewed.type !== 'Renewed') return;
    }
    await this.#end({ ...task, token });
  }

  async #end(under: { readonly queue: string; readonly taskId: string; readonly token: number }): Promise<void> {
    const why = { errorType: 'timeout', details: '', reassign: false };
    switch (this.chance.below(4)) {
      case 0:
        return;
      case 1:
        return void (await this.#ask('fail', (context) => new FailTask(context, { ...under, ...why })));
      case 2: {
        const reason = { reason: 'interrupted', detail: 'SIGTERM' } as const;
        return void (await this.#ask('abandon', (context) => new AbandonTask(context, { ...under, ...reason })));
      }
      default: {
        const result = { notes: '', actualTime: null };
        return void (await this.#ask('complete', (context) => new CompleteTask(context, { ...under, ...result })));
      }
    }
  }

  #ask<Outcome>(what: string, command: (context: CommandContext) => Command<Answer<Outcome>>): Promise<Outcome> {
    return this.door.ask(`${this.life.name} ${what} ${++this.#asked}`, command);
  }
}
