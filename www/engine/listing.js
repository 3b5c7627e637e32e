/**
 * Reads the files of a capture once more for a list of events, and tells how far it is. Runs in the worker.
 *
 * @import { EventListing, ExportFormat, ListState } from "./messages"
 * @import { LadderQuery, WindowQuery } from "./types"
 */
import { breath, Feed } from "./feed";

const TELL_MS = 250;
/** After so long without one, let messages in. */
const BREATH_MS = 16;

export class Listing {
  #listing;
  #feed;
  #tell;
  #ended = false;
  #running = false;

  /**
   * @param {EventListing} listing
   * @param {File[]} files
   * @param {(state: ListState) => void} tell
   */
  constructor(listing, files, tell) {
    this.#listing = listing;
    this.#feed = new Feed(listing, files);
    this.#tell = tell;
  }

  /**
   * A list, unless the question cannot be asked.
   * @param {() => EventListing} make throws a text where no torrent or no host is written as the question's is
   * @param {File[]} files
   * @param {(state: ListState) => void} tell
   */
  static of(make, files, tell) {
    try {
      return new Listing(make(), files, tell);
    } catch (error) {
      if (typeof error !== "string") throw error;
      tell({ status: "refused" });
      return null;
    }
  }

  /** Reads everything, or until `end`. Throws what the analyzer throws when it is broken. */
  async run() {
    let tellDue = performance.now() + TELL_MS;
    let breathDue = performance.now() + BREATH_MS;
    this.#running = true;
    while (!this.#ended && (await this.#feed.advance())) {
      const now = performance.now();
      if (now >= breathDue) {
        await breath();
        breathDue = performance.now() + BREATH_MS;
      }
      if (now >= tellDue && !this.#ended) {
        this.#tell(this.#state("listing"));
        tellDue = performance.now() + TELL_MS;
      }
    }
    this.#running = false;
    if (this.#ended) {
      this.#listing.free();
    } else {
      this.#listing.finish();
      this.#tell(this.#state("listed"));
    }
  }

  /** Gives up the list and its memory. */
  end() {
    if (!this.#ended && !this.#running) this.#listing.free();
    this.#ended = true;
  }

  /** @param {WindowQuery} query */
  rows(query) {
    return this.#listing.rows(query);
  }

  /** @param {LadderQuery} query */
  ladder(query) {
    return this.#listing.ladder(query);
  }

  /**
   * @param {ExportFormat} format
   * @param {string} filter
   */
  written(format, filter) {
    return this.#listing.export(format, filter);
  }

  /**
   * @param {"listing" | "listed"} status
   * @returns {ListState}
   */
  #state(status) {
    const { matched, kept } = this.#listing.rows({ filter: "", from: 0, count: 0 });
    return { status, progress: this.#listing.progress(), events: matched, kept };
  }
}
