import { counted } from '../kernel/text.js';
import type { ContainerStatus } from './events.js';

export type ContainerRefusal =
  | { readonly type: 'AlreadyExists'; readonly containerId: string }
  | { readonly type: 'UnknownContainer'; readonly containerId: string }
  | { readonly type: 'UnknownContainerType'; readonly containerType: string }
  | {
      readonly type: 'WrongStatus';
      readonly containerId: string;
      readonly verb: Verb;
      readonly status: ContainerStatus;
    }
  | {
      readonly type: 'NoRestartLeft';
      readonly containerId: string;
      readonly restartCount: number;
      readonly maxRestarts: number;
    }
  | { readonly type: 'BackingOff'; readonly containerId: string; readonly notBeforeMs: number }
  | {
      readonly type: 'StaleAttempt';
      readonly containerId: string;
      readonly token: number;
      readonly currentToken: number;
      readonly attempt: number;
    }
  | { readonly type: 'PlayerMismatch'; readonly containerId: string; readonly player: number }
  | { readonly type: 'NoIterationLeft'; readonly containerId: string; readonly maxIterations: number };

export type Verb =
  'start' | 'complete' | 'fail' | 'stop' | 'mark stopped' | 'increment iteration' | 'report' | 'remove';

const refusalTypes: Readonly<Record<ContainerRefusal['type'], true>> = {
  AlreadyExists: true,
  UnknownContainer: true,
  UnknownContainerType: true,
  WrongStatus: true,
  NoRestartLeft: true,
  BackingOff: true,
  StaleAttempt: true,
  PlayerMismatch: true,
  NoIterationLeft: true,
};

export function isContainerRefusal(outcome: { readonly type: string }): outcome is ContainerRefusal {
  return Object.hasOwn(refusalTypes, outcome.type);
}

/** One sentence for people; the one that bots already look for, where there is one. */
export function containerRefusalText(refusal: ContainerRefusal): string {
  switch (refusal.type) {
    case 'AlreadyExists':
      return `Container ${refusal.containerId} already exists`;
    case 'UnknownContainer':
      return `Container ${refusal.containerId} not found`;
    case 'UnknownContainerType':
      return `Unknown container type: ${refusal.containerType}`;
    case 'WrongStatus':
      return wrongStatusText(refusal.verb, refusal.containerId, refusal.status);
    case 'NoRestartLeft':
      return `container cannot be restarted (restarts: ${refusal.restartCount}/${refusal.maxRestarts})`;
    case 'BackingOff':
      return `Container ${refusal.containerId} waits before its next attempt`;
    case 'StaleAttempt':
      return `token ${refusal.token} of container ${refusal.containerId} is not the one in force`;
    case 'PlayerMismatch':
      return `ship player_id mismatch: container ${refusal.containerId} belongs to player ${refusal.player}`;
    case 'NoIterationLeft':
      return `Container ${refusal.containerId} has done all of its ${counted(refusal.maxIterations, 'iteration')}`;
    default:
      return refusal satisfies never;
  }
}

function wrongStatusText(verb: Verb, containerId: string, status: ContainerStatus): string {
  if (verb === 'mark stopped') return 'cannot mark stopped when not in stopping state';
  if (verb === 'remove')
    return `Cannot remove running container ${containerId} (status=${status}): must be stopped first`;
  if (verb === 'increment iteration') return `cannot increment iteration in ${status} state`;
  return `cannot ${verb} container in ${status} state`;
}
