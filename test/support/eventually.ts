/**
 * Repeats an assertion until it holds. The one way to wait in a test.
 * @param assertion throws or rejects while what is waited for has not happened
 * @param withinMs how long to go on, in milliseconds; the last failure is thrown then
 */
export async function eventually<T>(assertion: () => T | Promise<T>, withinMs = 10_000, everyMs = 20): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (failure) {
      if (performance.now() > giveUpAt) throw failure;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
