/**
 * A worker that does nothing by itself: a test reads what it was told and says what it answers.
 *
 * @import { FromWorker, ToWorker } from "../../../www/engine/messages"
 */

export class FakeWorker {
  /** @type {ToWorker[]} */
  told = [];
  ended = false;
  /** @type {((event: { data: FromWorker }) => void) | null} */
  onmessage = null;
  /** @type {(() => void) | null} */
  onerror = null;

  /** @param {ToWorker} message */
  postMessage(message) {
    this.told.push(message);
  }

  terminate() {
    this.ended = true;
  }

  /** @param {FromWorker} message */
  say(message) {
    this.onmessage?.({ data: message });
  }

  types() {
    return this.told.map(({ type }) => type);
  }

  /** The last question. @returns {any} */
  asked() {
    return this.told.at(-1);
  }
}

/** Workers in the order in which a client made them, and what it makes them with. */
export function fakeWorkers() {
  /** @type {FakeWorker[]} */
  const made = [];
  const createWorker = () => {
    const worker = new FakeWorker();
    made.push(worker);
    return /** @type {Worker} */ (/** @type {unknown} */ (worker));
  };
  return { made, createWorker };
}
