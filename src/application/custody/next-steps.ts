import { isReservation, type LeaseState } from '../../domain/lease/lease.js';

/** One legal way on, the cheapest first. */
export interface NextStep {
  readonly step:
    | 'acquire'
    | 'wait'
    | 'stop-holder'
    | 'hand-over'
    | 'break'
    | 'lift'
    | 'settle'
    | 'adopt-obligations'
    | 'write-off'
    | 'leave'
    | 'continue'
    | 'requeue';
  readonly text: string;
}

/**
 * What somebody who wants the resource can do now.
 * @param instead where the work under it is not to be had, whoever has the lease
 */
export function nextStepsFor(
  state: LeaseState,
  holderRuns: boolean,
  nowMs: number,
  instead: NextStep | null = null,
): readonly NextStep[] {
  const { hold, obligations, freeFromMs } = state;
  if (!hold) return instead ? [instead] : stepsWhenFree(obligations.length > 0, freeFromMs > nowMs);
  const { id, kind } = hold.holder;
  if (isReservation(hold)) {
    return [
      { step: 'wait', text: `operator ${id} reserved it: ${hold.reason}` },
      { step: 'lift', text: 'lift the reservation, with a reason' },
    ];
  }
  if (obligations.length > 0) return stepsWhileLaden(id, kind === 'container' && !holderRuns);
  const waiting: NextStep = { step: 'wait', text: `wait until ${id} gives it back or falls silent` };
  const breaking: NextStep = { step: 'break', text: `break the lease: ${id} is ended, and everybody can see why` };
  if (kind !== 'container') {
    return [waiting, { step: 'hand-over', text: `ask ${id} to hand it over, with its token` }, breaking];
  }
  const stopping: NextStep = holderRuns
    ? { step: 'stop-holder', text: `stop container ${id}` }
    : { step: 'stop-holder', text: `container ${id} has ended; stopping it again frees what it still has` };
  return [waiting, stopping, { step: 'hand-over', text: `start a container that takes over from ${id}` }, breaking];
}

/** Nothing frees a ship that owes something but disposing of what it owes. */
function stepsWhileLaden(id: string, holderHasEnded: boolean): readonly NextStep[] {
  const writingOff: NextStep = {
    step: 'write-off',
    text: 'write off what it owes, as an operator; then it can be freed',
  };
  const breaking: NextStep = {
    step: 'break',
    text: 'break the lease, then claim the ship and take over what it owes',
  };
  if (holderHasEnded) return [writingOff, breaking];
  const settling: NextStep = {
    step: 'settle',
    text: `${id} sells or delivers what the ship owes, and gives it back then`,
  };
  return [settling, { step: 'hand-over', text: `${id} hands it over with what it owes` }, writingOff, breaking];
}

function stepsWhenFree(laden: boolean, lockDelayed: boolean): readonly NextStep[] {
  const waiting: NextStep[] = lockDelayed
    ? [{ step: 'wait', text: 'an effect of the last holder may still land: wait until it is free' }]
    : [];
  const claiming: NextStep[] = laden
    ? [
        { step: 'adopt-obligations', text: 'claim it and take over what it owes' },
        { step: 'write-off', text: 'write off what it owes, as an operator' },
      ]
    : [{ step: 'acquire', text: lockDelayed ? 'claim it then' : 'claim it: it is free' }];
  return [...waiting, ...claiming];
}
