import type { CargoEvidence } from '../../domain/recovery/recovery.js';

/** What the game says of the cargo of ships. Never rejects: what cannot be read is said to be unreadable. */
export interface CargoReader {
  cargoOf(ship: string, player: number): Promise<CargoEvidence>;
}
