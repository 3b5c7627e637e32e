/**
 * How fast the reading goes, steady enough to be read.
 */

/** Seconds after which an older measurement weighs about a third. */
const MEMORY_S = 2;

/** Bytes a second, smoothed over the last seconds. */
export class Rate {
  /** @type {{ seconds: number, bytes: number } | null} */
  #last = null;
  /** @type {number | null} */
  #value = null;

  /**
   * @param {number} bytes read so far
   * @param {number} seconds on any steady clock
   * @returns {number | null} null until two measurements stand apart
   */
  measured(bytes, seconds) {
    const last = this.#last;
    if (last === null || seconds - last.seconds > 0.05) this.#last = { seconds, bytes };
    if (last === null || seconds - last.seconds <= 0.05) return this.#value;
    const elapsed = seconds - last.seconds;
    const now = (bytes - last.bytes) / elapsed;
    const weight = Math.exp(-elapsed / MEMORY_S);
    this.#value = this.#value === null ? now : this.#value * weight + now * (1 - weight);
    return this.#value;
  }
}

/**
 * Seconds that are left at a rate, or null while they cannot be told.
 * @param {number} done
 * @param {number | null} total
 * @param {number | null} rate
 */
export function secondsLeft(done, total, rate) {
  return total === null || rate === null || rate <= 0 ? null : Math.max(total - done, 0) / rate;
}
