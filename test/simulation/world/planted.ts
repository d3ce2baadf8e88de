import type { Command } from '@nestjs/cqrs';
import type { Decisions } from '../../../src/application/decide-and-append.js';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import type { RuntimePorts } from '../../../src/application/runtime/runtime-ports.js';
import type { Substitutes } from '../../support/application.js';
import type { Life } from './life.js';
import type { Weather } from './weather.js';

/** A bug, as a part that is put in the place of a right one. The product's own code knows nothing of it. */
export interface Planted {
  readonly name: string;
  /** What stands between a process and the log. */
  store?(store: EventStore, life: Life): EventStore;
  readonly parts?: Substitutes;
  /** What becomes of a request before it is carried out. */
  request?(command: Command<unknown>, decisions: Decisions): Promise<Command<unknown>>;
  /** What the operations of a process are given. */
  runtime?(ports: RuntimePorts, life: Life): RuntimePorts;
  /** The log answers before it keeps: in its crash up to so many events are lost. */
  readonly losesUpTo?: number;
  /** The weather in which it shows soon. */
  readonly weather?: Partial<Weather>;
  /** It only shows where people interfere so often. */
  readonly operatorActs?: number;
}
