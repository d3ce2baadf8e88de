/** Heard from before the first part is started, as in the product; the first signal counts, a further one changes nothing. */
export function askedToStop() {
  return new Promise((resolve) => process.on('SIGTERM', () => resolve('SIGTERM')));
}
