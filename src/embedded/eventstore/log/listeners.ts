/** Those who want to hear of something. One that throws is a bug to be seen, but no reason to keep it from the others. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  add(listener: (value: T) => void): () => void {
    const own = (value: T) => listener(value);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (bug) {
        queueMicrotask(() => {
          throw bug;
        });
      }
    }
  }
}
