/**
 * The frame that is looked at: read from the files once more when somebody asks.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { FrameView } from "../engine/types"
 */
import { signal } from "@preact/signals";

/** `none`: the capture has no such frame; `gone`: the reader has ended. @typedef {{ number: number, status: "reading" | "shown" | "none" | "gone", view: FrameView | null }} FrameState */

export class Frames {
  #client;
  /** @type {number | null} */
  #asked = null;

  /** The frame that is looked at; while another one is read, that stays in sight. @type {Signal<FrameState | null>} */
  state = signal(/** @type {FrameState | null} */ (null));

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  /**
   * Sees to it that this frame is looked at.
   * @param {number | null} frame
   */
  follow(frame) {
    if (frame === this.#asked) return;
    if (frame === null) return this.reset();
    this.#asked = frame;
    this.state.value = { number: frame, status: "reading", view: this.state.peek()?.view ?? null };
    this.#client.frame(frame).then(
      (view) => this.#hear(frame, view === null ? "none" : "shown", view),
      () => this.#hear(frame, "gone", null),
    );
  }

  /** Forgets it. */
  reset() {
    this.#asked = null;
    this.state.value = null;
  }

  /**
   * @param {number} number
   * @param {"shown" | "none" | "gone"} status
   * @param {FrameView | null} view
   */
  #hear(number, status, view) {
    if (number === this.#asked) this.state.value = { number, status, view };
  }
}
