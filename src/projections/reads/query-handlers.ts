import {
  FindAgentTaskHandler,
  ListAgentsHandler,
  ListAgentTasksHandler,
  ListClaimableHandler,
  ListDependantsHandler,
} from './agent-task-queries.js';
import { CountAgentTasksHandler } from './agent-task-count-queries.js';
import { FindAssignmentsHandler, ListAssignmentsHandler, SummariseOperationsHandler } from './assignment-queries.js';
import { FindContainerHandler, ListContainersHandler, ListDaemonsHandler } from './container-queries.js';
import { CountFleetHandler } from './fleet-count-queries.js';
import { FindFlowHandler, ListFlowsHandler } from './flow-queries.js';
import { ListHoldsHandler } from './hold-queries.js';
import { ListInstancesHandler } from './instance-queries.js';
import { ListLocksHandler, ListHeldLocksHandler } from './lock-queries.js';
import { FindSystemHandler, ListPlayersHandler, ListSystemsHandler } from './map-queries.js';
import { ListMarketsHandler } from './market-queries.js';
import { ListParkedHandler, ListProjectionsHandler } from './projection-queries.js';
import { ListToursHandler } from './tour-queries.js';
import { ListUntoldWorkHandler } from './untold-work.js';
import { ViewReader } from './view-reader.js';

/** What a module lists to answer every query of the views. It needs CLOCK, DATABASE, EVENT_STORE and PROJECTIONS. */
export const viewProviders = [
  ViewReader,
  ListAssignmentsHandler,
  FindAssignmentsHandler,
  SummariseOperationsHandler,
  ListHoldsHandler,
  CountFleetHandler,
  ListContainersHandler,
  FindContainerHandler,
  ListDaemonsHandler,
  ListToursHandler,
  FindSystemHandler,
  ListSystemsHandler,
  ListPlayersHandler,
  ListMarketsHandler,
  ListInstancesHandler,
  FindFlowHandler,
  ListFlowsHandler,
  ListLocksHandler,
  ListHeldLocksHandler,
  ListUntoldWorkHandler,
  ListProjectionsHandler,
  ListParkedHandler,
  ListAgentTasksHandler,
  FindAgentTaskHandler,
  ListClaimableHandler,
  ListDependantsHandler,
  ListAgentsHandler,
  CountAgentTasksHandler,
] as const;
