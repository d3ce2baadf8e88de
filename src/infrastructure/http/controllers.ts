import { Dispatcher } from './asking/dispatcher.js';
import { SeenHeaders } from './asking/as-seen.js';
import { OnceOnly } from './asking/once-only.interceptor.js';
import { ContainersController } from './containers/containers.controller.js';
import { WorkerController } from './containers/worker.controller.js';
import { EffectsController } from './ships/effects.controller.js';
import { LeaseController } from './ships/lease.controller.js';
import { OperatorController } from './ships/operator.controller.js';
import { ShipController } from './ships/ship.controller.js';
import { ShipsController } from './ships/ships.controller.js';

export const controllers = [
  ContainersController,
  WorkerController,
  ShipsController,
  ShipController,
  LeaseController,
  OperatorController,
  EffectsController,
];

export const httpProviders = [Dispatcher, OnceOnly, SeenHeaders];
