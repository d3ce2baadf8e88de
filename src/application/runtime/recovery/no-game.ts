import type { CargoReader } from '../../ports/cargo.js';

/** Without a game there is nobody to ask: what the log says of a ship's debts is all that is known. */
export const noGame: CargoReader = { cargoOf: () => Promise.resolve({ type: 'unknown' }) };
