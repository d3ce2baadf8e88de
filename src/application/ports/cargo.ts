import type { CargoEvidence } from '../../domain/recovery/recovery.js';

/** What the game says of the holds of ships. Never rejects: what cannot be read is said to be unreadable. */
export interface CargoReader {
  cargoOf(ship: string, player: number): Promise<CargoEvidence>;
}
