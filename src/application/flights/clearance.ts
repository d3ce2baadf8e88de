import { Inject } from '@nestjs/common';
import { RUN_ATTEMPT } from '../ports/tokens.js';
import type { RunAttempt } from '../runtime/attempt-run.js';
import { DaemonIdentity } from '../runtime/daemon/daemon-identity.js';
import type { Flight, FlightRefusal, FlightRules } from './flight.js';

/** Whether this server may begin a flight: asked before a ship is claimed or anything is written. */
export class Clearance {
  constructor(
    @Inject(RUN_ATTEMPT) private readonly runs: Pick<RunAttempt, 'rules'>,
    @Inject(DaemonIdentity) private readonly identity: Pick<DaemonIdentity, 'name'>,
  ) {}

  /** Of anything at all, for that player. */
  forPlayer(player: number): FlightRefusal | undefined {
    const refusal = this.runs.rules?.forPlayer(player);
    return refusal ?? (this.identity.name === null ? { type: 'NoDaemon' } : undefined);
  }

  async forFlight(flight: Flight): Promise<FlightRefusal | undefined> {
    const { rules } = this.runs;
    return this.forPlayer(flight.player) ?? rules?.forFlight(flight) ?? rules?.inSight(flight);
  }
}

/** Nothing is flown, for nobody. */
export const nothingFlown: FlightRules = {
  forPlayer: () => ({ type: 'NothingFlown' }),
  forFlight: () => ({ type: 'NothingFlown' }),
  inSight: () => Promise.resolve({ type: 'NothingFlown' }),
};
