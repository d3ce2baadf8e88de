import { Inject, Injectable } from '@nestjs/common';
import { TaskWatch } from '../../application/agent-tasks/task-watch.js';
import { METRICS, type Metrics } from './metrics.js';

@Injectable()
export class WatchTasks {
  constructor(@Inject(METRICS) { taskClaimsRefused }: Metrics, @Inject(TaskWatch) watch: TaskWatch) {
    watch.onRefused = (word) => taskClaimsRefused.inc({ word });
  }
}
