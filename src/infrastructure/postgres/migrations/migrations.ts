import { Views1763596800000 } from './1763596800000-views.js';

/** Every migration in order. Add, never change one that has been released. */
export const migrations = [Views1763596800000] as const;
