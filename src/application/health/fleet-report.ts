import { Inject } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isRunning } from '../../domain/container/container.js';
import { verdicts, type Verdict } from '../../domain/health/verdict.js';
import { DatabaseUnavailable } from '../ports/views.js';
import { ListDaemons } from '../queries/containers.js';
import { ContainerHealth } from './container-health.js';

export interface FleetReport {
  /** Containers that live, and those of them that run. */
  readonly live: number;
  readonly running: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** By name, since somebody has to look at them. */
  readonly blocked: readonly string[];
}

/** What the work of the live containers looks like; null while the views cannot say. */
export class ReportFleet extends Query<FleetReport | null> {}

@QueryHandler(ReportFleet)
export class ReportFleetHandler implements IQueryHandler<ReportFleet> {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(ContainerHealth) private readonly health: ContainerHealth,
  ) {}

  async execute(): Promise<FleetReport | null> {
    const containers = await this.#live();
    if (!containers) return null;
    const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
    const blocked: string[] = [];
    for (const container of containers) {
      const { verdict } = this.health.of(container);
      counts[verdict] += 1;
      if (verdict === 'BLOCKED') blocked.push(container.containerId);
    }
    return { live: containers.length, running: containers.filter(isRunning).length, verdicts: counts, blocked };
  }

  async #live() {
    try {
      const answer = await this.queries.execute(new ListDaemons({ waitMs: 0 }));
      return answer.type === 'Answered' ? answer.value : null;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return null;
      throw error;
    }
  }
}
