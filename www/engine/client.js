/**
 * The page's side of the readers: hands them files, asks for rows, and survives their end. One reads; a spare one stands warm.
 *
 * @import { Listener } from "./reader"
 * @import { ExportFormat, ExportView, Given, GivenOutcome, ListState, Problem, RowsAsked, SliceState, SliceWish, ToWorker, VerifyOrder, VerifyState } from "./messages"
 * @import { DatabaseInfo, EventQuery, EventWindow, EvidenceAnswer, EvidenceQuery, EvidenceSubject, Exchange, FrameView, Geography, Ladder, LadderQuery, LinesTaken, PieceMap, RowFormat, RowQuery, RowWindow, TorrentStudy, TorrentTraffic, Watched, Verified, WindowQuery } from "./types"
 */
import { Reader, ReaderGone } from "./reader";
import { Verifier } from "./verifier";

/** How long a reader may take to stop by itself before it is ended. */
const GRACE_MS = 300;

/**
 * What the page supplies.
 * @typedef {object} Host
 * @property {() => Worker} createWorker
 * @property {() => Promise<WebAssembly.Module>} loadModule rejects with a {@link Problem} when the analyzer cannot be had
 */

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
  /** What every reader is to know of addresses. @type {{ databases: Map<string, File>, suffixes: Blob | null }} */
  #places = { databases: new Map(), suffixes: null };

  /** What is watched for, by every reader. */
  #watchList = "";

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    this.#module = host.loadModule();
    this.#module.catch(() => {});
    this.available = this.#module;
    this.#warm();
  }

  /**
   * What would become of torrents: a reader that is warm says, before any capture.
   * @param {Given[]} given
   * @returns {Promise<GivenOutcome[]>}
   */
  async checked(given) {
    this.#warm();
    const reader = /** @type {Reader} */ (this.#spare);
    await this.#module;
    return reader.ask((id) => ({ type: "check", id, given }));
  }

  /**
   * Reads files as one capture. The capture before stays until this one has a report, and comes back if it never has.
   * @param {File[]} files
   * @param {Listener} listener
   * @param {Given[]} [given] torrents that are known
   * @param {boolean} [whole] read compressed files to their end, however much they unpack to
   */
  open(files, listener, given = [], whole = false) {
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
        // Not before: to begin one more reader would keep a processor from reading.
        this.#warm();
      },
      onFailed: (problem) => {
        this.#giveBack(reader);
        listener.onFailed(problem);
      },
      onLost: listener.onLost,
    });
    const { databases, suffixes } = this.#places;
    if (databases.size > 0) reader.givePlaces([...databases.values()], suffixes).catch(() => {});
    if (this.#watchList !== "") reader.watch(this.#watchList).catch(() => {});
    this.#module.then(
      () => reader.post({ type: "open", files, given, whole }),
      (problem) => reader.fail(problem),
    );
  }

  /** A reader beside that of the capture in sight. Who takes it ends it. */
  lend() {
    this.#warm();
    const reader = /** @type {Reader} */ (this.#spare);
    this.#spare = null;
    return reader;
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
   * @param {string} address
   * @param {boolean | null} local is the host on the network where the capture was made? `null`: as the capture tells
   */
  setLocal(address, local) {
    this.#current?.post({ type: "set_local", address, local });
  }

  /**
   * @param {string} torrent
   * @returns {Promise<TorrentTraffic | null>}
   */
  torrentTraffic(torrent) {
    return this.#ask((id) => ({ type: "torrent_traffic", id, torrent }));
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
   * @param {boolean} [byPeer] are endpoints that are known to be one peer's one contributor?
   * @returns {Promise<PieceMap>}
   */
  pieceMap(torrent, byPeer = false) {
    return this.#ask((id) => ({ type: "piece_map", id, torrent, by_peer: byPeer }));
  }

  /**
   * Gives databases of addresses, and the list of public suffixes, to this reader and to those that come after it.
   * @param {File[]} databases those of which one is no database are refused
   * @param {Blob | null} suffixes
   * @returns {Promise<{ problems: Problem[], databases: DatabaseInfo[] }>} what was refused, and all that are known now
   */
  async addPlaces(databases, suffixes) {
    this.#warm();
    const reader = /** @type {Reader} */ (this.#current ?? this.#spare);
    const answer = await reader.givePlaces(databases, suffixes);
    const refused = new Set(answer.problems.map(({ file }) => file));
    for (const file of databases.filter(({ name }) => !refused.has(name))) {
      // What is given last is believed first, also by the readers to come.
      this.#places.databases.delete(file.name);
      this.#places.databases.set(file.name, file);
    }
    this.#places.suffixes = suffixes ?? this.#places.suffixes;
    return answer;
  }

  /**
   * Gives this reader and those that come after it a list of what is watched for.
   * @param {string} text an entry a line
   * @returns {Promise<LinesTaken>}
   */
  watch(text) {
    this.#warm();
    this.#watchList = text;
    return /** @type {Reader} */ (this.#current ?? this.#spare).watch(text);
  }

  /** @returns {Promise<Watched[]>} what of that list is in the capture */
  watched() {
    return this.#ask((id) => ({ type: "watched", id }));
  }

  /** @returns {Promise<Geography | null>} `null` without a database */
  geography() {
    return this.#ask((id) => ({ type: "geography", id }));
  }

  /**
   * @param {string} torrent
   * @returns {Promise<TorrentStudy | null>} `null` where there is no such torrent
   */
  torrentStudy(torrent) {
    return this.#ask((id) => ({ type: "torrent_study", id, torrent }));
  }

  /**
   * @param {number} flow of a connection
   * @returns {Promise<Exchange | null>} `null` where nothing is known of it
   */
  exchange(flow) {
    return this.#ask((id) => ({ type: "exchange", id, flow }));
  }

  /**
   * @param {ExportView} view
   * @param {ExportFormat} format
   * @param {string} filter of events
   * @returns {Promise<Blob>}
   */
  exported(view, format, filter) {
    return this.#ask((id) => ({ type: "export", id, view, format, filter }));
  }

  /**
   * @param {RowsAsked} query
   * @param {RowFormat} format
   * @returns {Promise<Blob>}
   */
  exportedRows(query, format) {
    return this.#ask((id) => ({ type: "export_rows", id, query, format }));
  }

  /**
   * @param {EvidenceSubject} subject
   * @returns {Promise<EvidenceAnswer | null>} `null` where there is nothing of that name
   */
  evidenceLadder(subject) {
    return this.#ask((id) => ({ type: "evidence_ladder", id, subject }));
  }

  /**
   * @param {EvidenceQuery} query
   * @param {"html" | "json"} format
   * @returns {Promise<Blob>}
   */
  evidence(query, format) {
    return this.#ask((id) => ({ type: "evidence", id, query, format }));
  }

  /**
   * Reads the files once more for their SHA-256.
   * @param {(share: number) => void} tell hears which share of the bytes was read
   * @returns {Promise<(string | null)[] | null>} a hash a file, `null` for one that cannot be read; `null` where it was stopped
   */
  hashes(tell) {
    this.#current?.hearHashing(tell);
    return this.#ask((id) => ({ type: "hash", id }));
  }

  /**
   * Reads the files once more for what peers said of each piece, which ladders of pieces tell from then on.
   * @param {(share: number) => void} tell hears which share of the bytes was read
   * @returns {Promise<boolean>} whether that was done; otherwise it was stopped
   */
  trace(tell) {
    this.#current?.hearHashing(tell);
    return this.#ask((id) => ({ type: "trace", id }));
  }

  /** Gives up either reading. */
  stopHashing() {
    this.#current?.post({ type: "stop_hashing" });
  }

  /**
   * Lets the worker of databases ask the reader over a port.
   * @param {MessagePort} port
   */
  serveDatabase(port) {
    this.#current?.post({ type: "database", port }, [port]);
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
   * Writes some frames of the capture into a file, in place of one on its way.
   * @param {SliceWish | null} wish `null`: no file any more
   * @param {(state: SliceState) => void} tell hears how far it is, until there is another
   */
  slice(wish, tell) {
    this.#current?.slice(wish, tell);
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
   * @param {number} frame
   * @returns {Promise<FrameView | null>} `null` where the capture has no such frame
   */
  frame(frame) {
    return this.#ask((id) => ({ type: "frame", id, frame }));
  }

  /**
   * Verifies pieces in a worker of its own, while this one goes on answering.
   * @param {VerifyOrder} order
   * @param {(state: VerifyState) => void} tell
   */
  verify(order, tell) {
    return new Verifier(this.#host.createWorker(), this.#module, order, tell);
  }

  /**
   * Makes what was proved a part of the report; another one follows.
   * @param {Verified} verified
   * @returns {Promise<Verified>} the same with what else is known
   */
  prove(verified) {
    return this.#ask((id) => ({ type: "prove", id, verified }));
  }

  /**
   * @param {(id: number) => ToWorker} request
   * @returns {Promise<any>}
   */
  #ask(request) {
    return this.#current?.ask(request) ?? Promise.reject(new ReaderGone());
  }

  /** Lets the reader that stands by practise, as long as nothing is opened. */
  practise() {
    this.#module.then(
      () => this.#current ?? this.#spare?.post({ type: "practise" }),
      () => {},
    );
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
