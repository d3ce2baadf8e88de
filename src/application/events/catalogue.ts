import type { AgentTaskEvent } from '../../domain/agent-task/events.js';
import type { AgentEvent } from '../../domain/agent/agent.js';
import type { ContainerEvent } from '../../domain/container/events.js';
import type { FlowEvent } from '../../domain/flow/events.js';
import type { InstanceEvent } from '../../domain/instance/instance.js';
import type { LeaseEvent } from '../../domain/lease/events.js';
import type { MarketEvent } from '../../domain/market/market.js';
import type { PlayerEvent } from '../../domain/player/player.js';
import type { RequestEvent } from '../../domain/request/request.js';
import type { SystemEvent } from '../../domain/system/system.js';
import { agentSchemas, agentTaskSchemas } from './agent-task-schemas.js';
import { containerSchemas } from './container-schemas.js';
import type { EventSchemas } from './event-schema.js';
import { flowSchemas } from './flow-schemas.js';
import { leaseSchemas } from './lease-schemas.js';
import { instanceSchemas, marketSchemas, playerSchemas, requestSchemas, systemSchemas } from './other-schemas.js';

export type DomainEvent =
  | LeaseEvent
  | ContainerEvent
  | SystemEvent
  | MarketEvent
  | PlayerEvent
  | InstanceEvent
  | RequestEvent
  | FlowEvent
  | AgentTaskEvent
  | AgentEvent;

/** Every event that may stand in the log. Stored names: add types, never rename or drop one. */
export const catalogue = {
  ...leaseSchemas,
  ...containerSchemas,
  ...systemSchemas,
  ...marketSchemas,
  ...playerSchemas,
  ...instanceSchemas,
  ...requestSchemas,
  ...flowSchemas,
  ...agentTaskSchemas,
  ...agentSchemas,
} satisfies EventSchemas<DomainEvent>;
