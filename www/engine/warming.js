/**
 * Lets the analyzer practise before a capture comes. A browser compiles a function when it is first called, and compiles it well when it was called often: a
 * capture that is read in half a second would spend a third of that on compiling. What is compiled stays, for all readers of the page.
 *
 * @import { Session } from "./messages"
 */
import { breath } from "./feed";
import { practiceCapture } from "./practice";

/** How long it may practise, of time in which nobody waits for it. */
const PRACTICE_MS = 300;
/** Bytes at a time: whoever comes waits no longer than for these. */
const STEP_BYTES = 256 << 10;

/** @typedef {Session & { free: () => void }} Trial */

export class Warming {
  #make;
  #stopped = false;

  /** @param {() => Trial} make a session to practise with */
  constructor(make) {
    this.#make = make;
  }

  /** Somebody needs the analyzer. */
  stop() {
    this.#stopped = true;
  }

  async run() {
    const capture = practiceCapture();
    const until = performance.now() + PRACTICE_MS;
    while (!this.#stopped && performance.now() < until) await this.#read(capture);
  }

  /** @param {Uint8Array} capture */
  async #read(capture) {
    const trial = this.#make();
    trial.add_file("practice", capture.length);
    for (let at = 0; at < capture.length && !this.#stopped; at += STEP_BYTES) {
      trial.push(0, capture.subarray(at, at + STEP_BYTES));
      await breath();
    }
    if (!this.#stopped) {
      trial.end(0);
      trial.finish();
      trial.digest();
    }
    trial.free();
  }
}
