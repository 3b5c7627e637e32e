/**
 * One worker as the page knows it: what it was asked and has not answered, and what it tells of its reading.
 *
 * @import { FromWorker, ListState, Problem, Report, SliceState, SliceWish, ToWorker } from "./messages"
 * @import { DatabaseInfo, EventQuery, LinesTaken, Progress } from "./types"
 */

/**
 * What a capture's reading tells. `onFailed` comes at most once and last; `onLost` when the reader had to be ended, so that nothing more
 * can be asked of it.
 * @typedef {object} Listener
 * @property {(progress: Progress) => void} onProgress
 * @property {(report: Report) => void} onReport
 * @property {(problem: Problem) => void} onFailed
 * @property {() => void} onLost
 */

/** Rejects requests that nobody can answer any more. */
export class ReaderGone extends Error {}

/** One worker and the questions it still has to answer. */
export class Reader {
  #worker;
  #module;
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
  #asked = new Map();
  #nextId = 1;
  /** The list of events that is heard. */
  #list = { number: 0, tell: (/** @type {ListState} */ _state) => {} };
  /** Hears how far hashing is. */
  #hashing = (/** @type {number} */ _share) => {};
  /** The file with some frames that is heard of. */
  #slice = { number: 0, tell: (/** @type {SliceState} */ _state) => {} };
  ended = false;
  /** @type {Listener | null} */
  #listener = null;
  /** Has it told anything? */
  reported = false;
  /** Has its reading come to an end or a halt? */
  settled = false;

  /**
   * @param {Worker} worker
   * @param {Promise<WebAssembly.Module>} module
   */
  constructor(worker, module) {
    this.#worker = worker;
    this.#module = module;
    worker.onmessage = (event) => this.#receive(event.data);
    worker.onerror = () => this.fail({ code: "worker_gone", detail: null, file: null });
    module.then(
      (compiled) => this.post({ type: "start", module: compiled }),
      () => {},
    );
  }

  /** @param {Listener} listener */
  listen(listener) {
    this.#listener = listener;
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} [transfer]
   */
  post(message, transfer = []) {
    if (!this.ended) this.#worker.postMessage(message, transfer);
  }

  /**
   * @param {(id: number) => ToWorker} request
   * @returns {Promise<any>}
   */
  ask(request) {
    if (this.ended) return Promise.reject(new ReaderGone());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.post(request(id));
    });
  }

  /**
   * @param {EventQuery | null} query
   * @param {(state: ListState) => void} tell
   */
  list(query, tell) {
    this.#list = { number: this.#list.number + 1, tell };
    this.post({ type: "list", list: this.#list.number, query });
  }

  /** @param {(share: number) => void} tell */
  hearHashing(tell) {
    this.#hashing = tell;
  }

  /**
   * @param {SliceWish | null} wish
   * @param {(state: SliceState) => void} tell
   */
  slice(wish, tell) {
    this.#slice = { number: this.#slice.number + 1, tell };
    this.post({ type: "slice", slice: this.#slice.number, wish });
  }

  /**
   * @param {File[]} databases
   * @param {Blob | null} suffixes
   * @returns {Promise<{ problems: Problem[], databases: DatabaseInfo[] }>}
   */
  async givePlaces(databases, suffixes) {
    await this.#module;
    return this.ask((id) => ({ type: "places", id, databases, suffixes }));
  }

  /**
   * @param {string} text
   * @returns {Promise<LinesTaken>}
   */
  async watch(text) {
    await this.#module;
    return this.ask((id) => ({ type: "watch", id, text }));
  }

  /** @param {Problem} problem */
  fail(problem) {
    if (this.ended) return;
    this.end();
    this.#listener?.onFailed(problem);
  }

  /** Tells that it had to be ended. */
  lost() {
    this.#listener?.onLost();
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    this.#worker.terminate();
    for (const { reject } of this.#asked.values()) reject(new ReaderGone());
    this.#asked.clear();
  }

  /** @param {FromWorker} message */
  #receive(message) {
    if (this.ended) return;
    switch (message.type) {
      case "ready":
        return;
      case "progress":
        return this.#listener?.onProgress(message.progress);
      case "report":
        this.reported = true;
        this.settled = message.report.end !== null;
        return this.#listener?.onReport(message.report);
      case "failed":
        return this.fail(message.problem);
      case "checked":
        return this.#answer(message.id, message.outcomes);
      case "rows":
        return this.#answer(message.id, message.window);
      case "piece_map":
        return this.#answer(message.id, message.map);
      case "torrent_study":
        return this.#answer(message.id, message.study);
      case "exchange":
        return this.#answer(message.id, message.exchange);
      case "torrent_traffic":
        return this.#answer(message.id, message.traffic);
      case "event_rows":
        return this.#answer(message.id, message.window);
      case "ladder":
        return this.#answer(message.id, message.ladder);
      case "places":
        return this.#answer(message.id, { problems: message.problems, databases: message.databases });
      case "geography":
        return this.#answer(message.id, message.geography);
      case "watching":
        return this.#answer(message.id, message.outcome);
      case "watched":
        return this.#answer(message.id, message.watched);
      case "proved":
        return this.#answer(message.id, message.verified);
      case "listed":
        if (message.list === this.#list.number) this.#list.tell(message.state);
        return;
      case "frame":
        return this.#answer(message.id, message.view);
      case "evidence_ladder":
        return this.#answer(message.id, message.answer);
      case "hashing":
        return this.#hashing(message.share);
      case "hashes":
        return this.#answer(message.id, message.hashes);
      case "traced":
        return this.#answer(message.id, message.done);
      case "anonymised":
        return this.#answer(message.id, message.problems);
      case "sliced":
        if (message.slice === this.#slice.number) this.#slice.tell(message.state);
        return;
      case "file":
        return this.#answer(message.id, message.blob);
    }
  }

  /**
   * @param {number} id
   * @param {unknown} answer
   */
  #answer(id, answer) {
    this.#asked.get(id)?.resolve(answer);
    this.#asked.delete(id);
  }
}
