/**
 * Spaces work that is done again and again: what took long is not done again for a while.
 */

/** A rest is so many times as long as the work was. */
const REST = 10;

export class Pace {
  #restUntil = 0;

  /** May the work be done again? */
  ready() {
    return performance.now() >= this.#restUntil;
  }

  /** @returns {() => void} to be called when the work is done */
  begin() {
    const begun = performance.now();
    return () => {
      const now = performance.now();
      this.#restUntil = now + (now - begun) * REST;
    };
  }
}
