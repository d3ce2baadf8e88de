import type { CommandContext } from '../../../application/command-context.js';
import type { Policy } from '../../../application/policy.js';
import type { ContainerDescription } from '../../../domain/container/events.js';
import { operationName } from '../../../domain/container/types.js';
import { containerIdFor } from '../../../domain/ids.js';
import type { StartContainerBody } from './container-schemas.js';

/** The same request names the same container, so that a repeat of it finds what the first one made. */
export function containerFromBody(
  body: StartContainerBody,
  { commandId }: CommandContext,
  policy: Policy,
): ContainerDescription {
  const { player, type, ships, config = {}, metadata = {}, restartPolicy, parent, runner } = body;
  const commandType = body.config?.command_type ?? '';
  const iterations = body.iterations ?? body.config?.iterations ?? 1;
  const hex8 = commandId.replaceAll('-', '').slice(0, 8);
  return {
    containerId: body.id ?? containerIdFor(operationName(type, commandType), ships[0], hex8),
    player,
    containerType: type,
    commandType,
    config,
    metadata,
    ships,
    maxIterations: iterations === 0 ? 1 : iterations,
    restartPolicy,
    maxRestarts: body.maxRestarts ?? policy.maxRestarts,
    parentId: parent ?? null,
    ...(runner === 'daemon' && { runner }),
  };
}
