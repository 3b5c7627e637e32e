/**
 * The page's side of the reader: hands it files, asks for rows, and survives its end. One worker reads; a spare one stands warm.
 *
 * @import { ExportFormat, ExportView, FromWorker, ListState, Problem, Report, ToWorker } from "./messages"
 * @import { EventQuery, EventWindow, Ladder, LadderQuery, PieceMap, Progress, RowQuery, RowWindow, TorrentStudy, WindowQuery } from "./types"
 */

/** How long a reader may take to stop by itself before it is ended. */
const GRACE_MS = 300;

/**
 * What the page supplies.
 * @typedef {object} Host
 * @property {() => Worker} createWorker
 * @property {() => Promise<WebAssembly.Module>} loadModule rejects with a {@link Problem} when the analyzer cannot be had
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

export class Client {
  #host;
  #module;
  /** Rejects with a {@link Problem} when there can be no reader at all. @type {Promise<unknown>} */
  available;
  /** @type {Reader | null} */
  #spare = null;
  /** @type {Reader | null} */
  #current = null;
  /** @type {Reader | null} the capture before, until the new one proves to be one */
  #previous = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #grace;

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    this.#module = host.loadModule();
    this.#module.catch(() => {});
    this.available = this.#module;
    this.#warm();
  }

  /**
   * Reads files as one capture. The capture before stays until this one has a report, and comes back if it never has.
   * @param {File[]} files
   * @param {Listener} listener
   */
  open(files, listener) {
    this.#warm();
    const reader = /** @type {Reader} */ (this.#spare);
    this.#spare = null;
    if (this.#current?.settled) {
      this.#previous?.end();
      this.#previous = this.#current;
    } else {
      this.#current?.end();
    }
    clearTimeout(this.#grace);
    this.#current = reader;
    reader.listen({
      onProgress: listener.onProgress,
      onReport: (report) => {
        this.#previous?.end();
        this.#previous = null;
        if (report.end) clearTimeout(this.#grace);
        listener.onReport(report);
      },
      onFailed: (problem) => {
        this.#giveBack(reader);
        listener.onFailed(problem);
      },
      onLost: listener.onLost,
    });
    this.#module.then(
      () => reader.post({ type: "open", files }),
      (problem) => reader.fail(problem),
    );
    this.#warm();
  }

  /** Holds the reading: a report with end "stopped" follows, or `onLost` when the reader is too busy to answer. */
  stop() {
    const reader = this.#current;
    reader?.post({ type: "stop" });
    clearTimeout(this.#grace);
    this.#grace = setTimeout(() => {
      if (reader === null || reader !== this.#current) return;
      this.#giveBack(reader);
      reader.lost();
    }, GRACE_MS);
  }

  /** Lets a held reading go on. */
  resume() {
    this.#current?.post({ type: "resume" });
  }

  /** @param {number} threshold in percent, from 50 to 100 */
  confirmAt(threshold) {
    this.#current?.post({ type: "confirm_at", threshold });
  }

  /**
   * @param {RowQuery} query
   * @returns {Promise<RowWindow>}
   */
  rows(query) {
    return this.#ask((id) => ({ type: "rows", id, query }));
  }

  /**
   * @param {string | null} torrent
   * @returns {Promise<PieceMap>}
   */
  pieceMap(torrent) {
    return this.#ask((id) => ({ type: "piece_map", id, torrent }));
  }

  /**
   * @param {string} torrent
   * @returns {Promise<TorrentStudy | null>} `null` where there is no such torrent
   */
  torrentStudy(torrent) {
    return this.#ask((id) => ({ type: "torrent_study", id, torrent }));
  }

  /**
   * @param {ExportView} view
   * @param {ExportFormat} format
   * @returns {Promise<Blob>}
   */
  exported(view, format) {
    return this.#ask((id) => ({ type: "export", id, view, format }));
  }

  /**
   * Lists the events of the capture that a question asks for, in place of the list before.
   * @param {EventQuery | null} query `null`: no list any more
   * @param {(state: ListState) => void} tell hears how far the list is, until there is another
   */
  list(query, tell) {
    this.#current?.list(query, tell);
  }

  /**
   * @param {WindowQuery} query about the list
   * @returns {Promise<EventWindow | null>}
   */
  eventRows(query) {
    return this.#ask((id) => ({ type: "event_rows", id, query }));
  }

  /**
   * @param {LadderQuery} query about the list
   * @returns {Promise<Ladder | null>} `null` where the list is not about one connection
   */
  ladder(query) {
    return this.#ask((id) => ({ type: "ladder", id, query }));
  }

  /**
   * @param {(id: number) => ToWorker} request
   * @returns {Promise<any>}
   */
  #ask(request) {
    return this.#current?.ask(request) ?? Promise.reject(new ReaderGone());
  }

  /** Sees to it that there is a spare reader, and that it lives. */
  #warm() {
    if (this.#spare?.ended) this.#spare = null;
    this.#spare ??= new Reader(this.#host.createWorker(), this.#module);
  }

  /**
   * Ends a reader. If it came to nothing, the one before answers again.
   * @param {Reader} reader
   */
  #giveBack(reader) {
    reader.end();
    if (reader !== this.#current || reader.reported) return;
    this.#current = this.#previous;
    this.#previous = null;
  }
}

/** One worker and the questions it still has to answer. */
class Reader {
  #worker;
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
  #asked = new Map();
  #nextId = 1;
  /** The list of events that is heard. */
  #list = { number: 0, tell: (/** @type {ListState} */ _state) => {} };
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

  /** @param {ToWorker} message */
  post(message) {
    if (!this.ended) this.#worker.postMessage(message);
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
      case "rows":
        return this.#answer(message.id, message.window);
      case "piece_map":
        return this.#answer(message.id, message.map);
      case "torrent_study":
        return this.#answer(message.id, message.study);
      case "event_rows":
        return this.#answer(message.id, message.window);
      case "ladder":
        return this.#answer(message.id, message.ladder);
      case "listed":
        if (message.list === this.#list.number) this.#list.tell(message.state);
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
