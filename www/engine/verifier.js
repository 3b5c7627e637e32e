/**
 * A verification as the page knows it: a worker of its own, so that the report stays answerable. Ends with one last word.
 *
 * @import { FromWorker, ToWorker, VerifyOrder, VerifyState } from "./messages"
 */

/** How long it may take to leave nothing half written before it is ended. */
const GRACE_MS = 2000;

export class Verifier {
  #worker;
  #tell;
  #ended = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #grace;

  /**
   * @param {Worker} worker
   * @param {Promise<WebAssembly.Module>} module
   * @param {VerifyOrder} order
   * @param {(state: VerifyState) => void} tell hears how far it is; after another status than "running" nothing more
   */
  constructor(worker, module, order, tell) {
    this.#worker = worker;
    this.#tell = tell;
    worker.onmessage = (event) => this.#hear(event.data);
    worker.onerror = () => this.#last(GONE);
    module.then(
      (compiled) => {
        this.#post({ type: "start", module: compiled });
        this.#post({ type: "verify", order });
      },
      (problem) => this.#last({ status: "failed", problem }),
    );
  }

  /** Ends it: what was written so far is taken back. */
  cancel() {
    if (this.#ended) return;
    this.#post({ type: "cancel" });
    this.#grace ??= setTimeout(() => this.#last({ status: "cancelled" }), GRACE_MS);
  }

  /** @param {ToWorker} message */
  #post(message) {
    if (!this.#ended) this.#worker.postMessage(message);
  }

  /** @param {FromWorker} message */
  #hear(message) {
    if (message.type === "failed") return this.#last({ status: "failed", problem: message.problem });
    if (message.type !== "verifying" || this.#ended) return;
    if (message.state.status === "running") this.#tell(message.state);
    else this.#last(message.state);
  }

  /** @param {VerifyState} state */
  #last(state) {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#grace);
    this.#worker.terminate();
    this.#tell(state);
  }
}

/** @type {VerifyState} */
const GONE = { status: "failed", problem: { code: "worker_gone", detail: null, file: null } };
