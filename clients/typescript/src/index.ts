export { AlreadyRunning } from './answers.js';
export { HoldfastError, LeaseLost, Refusal, Unreachable, type Holder, type Problem } from './errors.js';
export {
  Holdfast,
  type HoldfastOptions,
  type Lease,
  type LeaseOptions,
  type LockOptions,
  type PhaseLease,
  type TaskLease,
  type TaskOptions,
} from './holdfast.js';
