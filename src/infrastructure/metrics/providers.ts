import { OwnProcess } from './own-process.js';
import { Scrape } from './scrape.js';
import { CountPhases } from './count-phases.js';
import { CountRenewals } from './count-renewals.js';
import { CountTasks } from './count-tasks.js';

/** They need METRICS and METRICS_BESIDE. */
export const metricsProviders = [Scrape, OwnProcess, CountRenewals, CountPhases, CountTasks];
