import type { ContainerSnapshot } from '../../domain/container/events.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import type { ShipFreed } from './container-ends.js';

export interface ContainerChanged {
  readonly type: 'Changed';
  readonly container: ContainerSnapshot;
  readonly already: boolean;
  /** What became of its ships, where the change ended the container. */
  readonly ships: readonly ShipFreed[];
}

export type ContainerAnswer = Answer<ContainerChanged | ContainerRefusal | LeaseRefusal>;
