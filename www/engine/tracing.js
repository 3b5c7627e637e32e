/**
 * Reads the files of a capture once more for what peers said of each piece, and tells how far it is. Runs in the worker.
 *
 * @import { EventListing } from "./messages"
 */
import { breath, Feed } from "./feed";

const TELL_MS = 100;
/** After so long without one, let messages in. */
const BREATH_MS = 16;

export class Tracing {
  #listing;
  #feed;
  #tell;
  #ended = false;

  /**
   * @param {EventListing} listing that traces
   * @param {File[]} files
   * @param {(share: number) => void} tell hears which share of the bytes was read
   */
  constructor(listing, files, tell) {
    this.#listing = listing;
    this.#feed = new Feed(listing, files);
    this.#tell = tell;
  }

  /**
   * Reads everything, or until `end`.
   * @returns {Promise<EventListing | null>} what was read; `null` where it was ended
   */
  async run() {
    let [tellDue, breathDue] = [performance.now() + TELL_MS, performance.now() + BREATH_MS];
    while (!this.#ended && (await this.#feed.advance())) {
      const now = performance.now();
      if (now >= breathDue) {
        await breath();
        breathDue = performance.now() + BREATH_MS;
      }
      if (now >= tellDue && !this.#ended) {
        const { bytes, bytes_total: total } = this.#listing.progress();
        this.#tell(total ? Math.min(bytes / total, 1) : 0);
        tellDue = now + TELL_MS;
      }
    }
    this.#listing.finish();
    if (!this.#ended) return this.#listing;
    this.#listing.free();
    return null;
  }

  /** Gives up. */
  end() {
    this.#ended = true;
  }
}
