/**
 * Lets work run side by side, or alone. Who wants to be alone waits for those who are in, and those who come
 * later wait for him, so that neither waits for ever.
 */
export class Room {
  #inside = 0;
  #queue: Promise<void> = Promise.resolve();
  #emptied: (() => void) | undefined;

  /** Resolves when the work may begin, with what is to be called when it has ended. */
  async enter(alone: boolean): Promise<() => void> {
    const before = this.#queue;
    if (!alone) {
      await before;
      this.#inside += 1;
      return () => this.#leave();
    }
    const left = Promise.withResolvers<void>();
    this.#queue = left.promise;
    await before;
    if (this.#inside > 0)
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
      });
    return left.resolve;
  }

  #leave(): void {
    this.#inside -= 1;
    if (this.#inside === 0) this.#emptied?.();
    if (this.#inside === 0) this.#emptied = undefined;
  }
}
