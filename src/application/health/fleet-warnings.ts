import { Inject } from '@nestjs/common';
import type { ContainerLines } from '../ports/container-lines.js';
import type { Say } from '../ports/log.js';
import { CONTAINER_LINES } from '../ports/tokens.js';
import type { ContainerRow } from '../queries/containers.js';

/** What the watch has to say, in the log and among the lines of the container that it is about. */
export class FleetWarnings {
  say: Say = () => undefined;

  constructor(@Inject(CONTAINER_LINES) private readonly lines: ContainerLines) {}

  warn(text: string, container?: ContainerRow, level: 'warn' | 'error' = 'warn'): void {
    this.say(text, { event: 'fleet_warned', level: 'warn' });
    if (container) this.#line(container, level, text);
  }

  /** For what a person should look at now. */
  critical(text: string, container?: ContainerRow): void {
    this.say(`CRITICAL: ${text}`, { event: 'fleet_critical', level: 'error' });
    if (container) this.#line(container, 'error', text);
  }

  #line({ containerId, attempt }: ContainerRow, level: 'warn' | 'error', text: string): void {
    this.lines.write({ containerId, attempt, level, text });
  }
}
