import { Views1763596800000 } from './1763596800000-views.js';
import { RoomyPages1763683200000 } from './1763683200000-roomy-pages.js';
import { CompleteViews1763683300000 } from './1763683300000-complete-views.js';
import { Markets1763683400000 } from './1763683400000-markets.js';
import { Daemons1763683500000 } from './1763683500000-daemons.js';
import { ContainerLines1763683600000 } from './1763683600000-container-lines.js';
import { Instances1763683700000 } from './1763683700000-instances.js';
import { Locks1763683800000 } from './1763683800000-locks.js';
import { Flows1763683900000 } from './1763683900000-flows.js';
import { AgentTasks1763684000000 } from './1763684000000-agent-tasks.js';
import { WorkThatGoesOn1763684100000 } from './1763684100000-work-that-goes-on.js';

/** Every migration in order. Add, never change one that has been released. */
export const migrations = [
  Views1763596800000,
  RoomyPages1763683200000,
  CompleteViews1763683300000,
  Markets1763683400000,
  Daemons1763683500000,
  ContainerLines1763683600000,
  Instances1763683700000,
  Locks1763683800000,
  Flows1763683900000,
  AgentTasks1763684000000,
  WorkThatGoesOn1763684100000,
] as const;
