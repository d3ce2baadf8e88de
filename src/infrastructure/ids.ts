import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import type { Ids } from '../application/ports/ids.js';

/** Stored: every derived event id hangs on it. Never change it. */
const namespace = '5a1e1f8c-3d5b-4a55-9a0a-9c4f7a2d6b31';

export const uuids: Ids = {
  uuid: () => randomUUID(),
  /** As JSON, so that ('a', 'bc') and ('ab', 'c') differ. */
  derived: (...words) => v5(JSON.stringify(words), namespace),
};
