/** Narrower than what a lease takes, so that every flow and phase can be held. */
export const flowForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const phaseForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
