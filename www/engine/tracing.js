/**
 * Reads the files of a capture once more for what peers said of each piece, and tells how far it is. Runs in the worker.
 *
 * @import { EventListing } from "./messages"
 */
import { readThrough } from "./reading_through";

export class Tracing {
  #listing;
  #files;
  #tell;
  #ended = false;

  /**
   * @param {EventListing} listing that traces
   * @param {File[]} files
   * @param {(share: number) => void} tell hears which share of the bytes was read
   */
  constructor(listing, files, tell) {
    this.#listing = listing;
    this.#files = files;
    this.#tell = tell;
  }

  /**
   * Reads everything, or until `end`.
   * @returns {Promise<EventListing | null>} what was read; `null` where it was ended
   */
  async run() {
    await readThrough(
      this.#listing,
      this.#files,
      ({ bytes, bytes_total: total }) => this.#tell(total ? Math.min(bytes / total, 1) : 0),
      () => this.#ended,
    );
    if (!this.#ended) return this.#listing;
    this.#listing.free();
    return null;
  }

  /** Gives up. */
  end() {
    this.#ended = true;
  }
}
