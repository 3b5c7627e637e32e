/**
 * Reads the files of a capture once more, up to one frame. Runs in the worker, beside whatever else it does.
 *
 * @import { FrameReading } from "./messages"
 * @import { FrameView } from "./types"
 */
import { breath, Feed } from "./feed";

/** After so long without one, let messages in. */
const BREATH_MS = 16;

export class FrameLook {
  #frame;
  #feed;
  #ended = false;

  /**
   * @param {FrameReading} frame
   * @param {File[]} files
   */
  constructor(frame, files) {
    this.#frame = frame;
    this.#feed = new Feed(frame, files);
  }

  /**
   * Reads as far as it is needed, or until `end`. Throws what the analyzer throws when it is broken.
   * @returns {Promise<FrameView | null>} `null` where there is no such frame, or nobody waits for it any more
   */
  async run() {
    let breathDue = performance.now() + BREATH_MS;
    while (!this.#ended && (await this.#feed.advance())) {
      if (performance.now() < breathDue) continue;
      await breath();
      breathDue = performance.now() + BREATH_MS;
    }
    if (!this.#ended) this.#frame.finish();
    const view = this.#ended ? null : this.#frame.view();
    this.#frame.free();
    return view;
  }

  /** Gives it up. */
  end() {
    this.#ended = true;
  }
}
