import { OwnProcess } from './own-process.js';
import { Scrape } from './scrape.js';
import { WatchPhases } from './watch-phases.js';
import { WatchRenewals } from './watch-renewals.js';
import { WatchTasks } from './watch-tasks.js';

/** They need METRICS and METRICS_BESIDE. */
export const metricsProviders = [Scrape, OwnProcess, WatchRenewals, WatchPhases, WatchTasks];
