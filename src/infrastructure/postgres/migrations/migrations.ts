import { Views1763596800000 } from './1763596800000-views.js';
import { RoomyPages1763683200000 } from './1763683200000-roomy-pages.js';
import { CompleteViews1763683300000 } from './1763683300000-complete-views.js';

/** Every migration in order. Add, never change one that has been released. */
export const migrations = [Views1763596800000, RoomyPages1763683200000, CompleteViews1763683300000] as const;
