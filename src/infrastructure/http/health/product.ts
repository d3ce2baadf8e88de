/** Injection token of the version of this program. */
export const VERSION = Symbol('Version');
