/**
 * A value that is fetched again and again: one request at a time, the newest question wins, the last answer stays until the next one comes.
 */
import { signal } from "@preact/signals";
import { Pace } from "./pace";

/** @template T */
export class Latest {
  /** @type {string | null} what the value on hand, or on its way, is about */
  #about = null;
  #busy = false;
  #pace = new Pace();
  /** @type {(() => Promise<T>) | null} */
  #next = null;

  /** @type {import("@preact/signals").Signal<{ about: string, is: T } | null>} */
  value = signal(/** @type {{ about: string, is: T } | null} */ (null));

  /**
   * @param {string} about
   * @param {() => Promise<T>} fetch
   * @param {boolean} last must it be fetched, even if the last answer to the same came at a cost not long ago?
   */
  load(about, fetch, last) {
    if (!last && about === this.#about && !this.#pace.ready()) return;
    this.#about = about;
    this.#next = fetch;
    this.#run();
  }

  /** Forgets the value and whatever is on its way. */
  reset() {
    this.#about = null;
    this.#next = null;
    this.value.value = null;
  }

  async #run() {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#next) {
      const fetch = this.#next;
      const about = this.#about;
      this.#next = null;
      const done = this.#pace.begin();
      try {
        const is = await fetch();
        if (about !== null && about === this.#about) this.value.value = { about, is };
      } catch {
        // The reader is gone: the last answer stays.
      }
      done();
    }
    this.#busy = false;
  }
}
