/**
 * The whole state of the page in one place, and what may be done with it. Views are handed this; only here is anything fetched.
 *
 * @import { ReadonlySignal, Signal } from "@preact/signals"
 * @import { Haul } from "../components/dropped_files"
 * @import { Client } from "../engine/client"
 * @import { ExportFormat, ExportView } from "../engine/messages"
 * @import { Exchange, Geography, PieceMap, RowFormat, TorrentRow } from "../engine/types"
 * @import { Bundled } from "./places"
 * @import { RowTypes, TableId } from "./rows"
 * @import { TableSource } from "./table_source"
 * @import { Scope, Selection, ViewId } from "./selection"
 * @import { Kept } from "./torrents"
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import { copy, save } from "../base/clipboard";
import { Anonymous } from "./anonymous";
import { holdsLinks, sorted as sortedOut } from "./arrivals";
import { Database } from "./database";
import { Events } from "./events";
import { Frames } from "./frame";
import { Evidence } from "./evidence";
import { Latest } from "./latest";
import { Pictures } from "./pictures";
import { Places } from "./places";
import { Reading } from "./reading";
import { KEYS } from "./rows";
import { EVERYTHING, orderOf, sorted, START } from "./selection";
import { questionOf, SHOWN } from "./shown";
import { Slices } from "./slice";
import { Study } from "./study";
import { tablesOf } from "./tables";
import { takenWords, Torrents } from "./torrents";
import { Verification } from "./verification";
import { Watch } from "./watch";

/** No reader could look at the torrents. */
const UNSEEN = "The torrents could not be looked at. Drop them again.";

const SUFFIXES = { text: "txt", csv: "csv", json: "json" };

/**
 * The row that is looked at in full.
 * @typedef {{ [T in TableId]: { table: T, key: string, row: RowTypes[T] } }[TableId]} Detail
 */

/** The same as it is shown: a host is one, whichever table it was opened in. @typedef {Exclude<Detail, { table: "overview_hosts" }>} Looked */

export class App {
  #client;
  #dispose;

  /** What is still being looked at of what was dropped. */
  #taking = Promise.resolve();

  torrents;
  reading;
  /** @type {Signal<Selection>} */
  selection = signal(START);
  /** @type {Signal<Detail | null>} */
  detail = signal(/** @type {Detail | null} */ (null));
  keysShown = signal(false);
  /** @type {{ [T in TableId]: TableSource<RowTypes[T]> }} */
  tables;
  /** @type {Latest<PieceMap>} */
  pieceMap = new Latest();
  /** Of the connection that is looked at. @type {Latest<Exchange | null>} */
  exchange = new Latest();
  pictures;
  events;
  frames;
  evidence;
  anonymous;
  slice;
  places;
  watch;
  database;
  /** @type {Latest<Geography | null>} */
  geography = new Latest();
  study;
  verification;
  /** The detail with the figures of now, if its row is among those that were fetched. @type {ReadonlySignal<Looked | null>} */
  looked;
  /** The torrent that the download view is about. @type {ReadonlySignal<TorrentRow | null>} */
  torrent;

  /**
   * @param {Client} client
   * @param {() => Promise<File>} loadSample
   * @param {() => Promise<Bundled>} [loadCountries]
   */
  constructor(client, loadSample, loadCountries = () => Promise.reject(new Error("no countries beside the page"))) {
    this.#client = client;
    this.torrents = new Torrents(client);
    this.reading = new Reading(client, loadSample, () => this.torrents.given());
    this.verification = new Verification(client, () => this.reading.source());
    this.pictures = new Pictures(client);
    this.events = new Events(client);
    this.frames = new Frames(client);
    this.evidence = new Evidence(client);
    this.anonymous = new Anonymous(client, () => this.reading.source());
    this.slice = new Slices(client);
    this.places = new Places(client, loadCountries);
    this.watch = new Watch(client);
    this.database = new Database(client, this.reading);
    this.tables = tablesOf(client, this.events);
    const finished = computed(() => this.reading.capture.value.status === "ready");
    this.study = new Study(client, this.selection, this.tables.torrent_list, finished);
    /** @type {string | null | undefined} the first torrent seen on top, so that a later one does not push it away */
    let first;
    this.torrent = computed(() => {
      const state = this.reading.capture.value;
      if (state.status === "empty" || state.digest === null) return null;
      const { torrents } = state.digest;
      const find = (/** @type {string | null | undefined} */ hash) => torrents.find((row) => row.info_hash === hash);
      const chosen = this.selection.value.torrent;
      const torrent = find(chosen) ?? this.tables.torrents.find(String(chosen)) ?? find(first) ?? torrents[0];
      if (chosen === undefined) first = torrent?.info_hash;
      return torrent ?? null;
    });
    this.looked = computed(() => {
      const detail = this.detail.value;
      if (detail === null) return null;
      const source = this.tables[detail.table];
      void source.version.value;
      const table = detail.table === "overview_hosts" ? "hosts" : detail.table;
      return /** @type {Looked} */ ({ ...detail, table, row: source.find(detail.key) ?? detail.row });
    });
    const opened = computed(() => {
      const state = this.reading.capture.value;
      return state.status === "empty" ? null : state.subject;
    });
    let { view } = this.selection.value;
    const effects = [
      effect(() => {
        const subject = opened.value;
        untracked(() => {
          this.#forget();
          if (subject) this.select({ sample: subject.sample });
        });
      }),
      effect(() => this.#follow()),
      effect(() => this.#followExchange()),
      effect(() => this.#followEvidence()),
      effect(() => {
        const state = this.reading.capture.value;
        if (state.status !== "empty" && state.digest !== null) this.frames.follow(this.selection.value.frame);
      }),
      effect(() => {
        // However another view comes into sight, a row of the last one has no place beside it.
        if (view !== this.selection.value.view) untracked(() => this.lookAway());
        view = this.selection.value.view;
      }),
    ];
    this.#dispose = () => effects.forEach((end) => end());
  }

  /**
   * Takes what was dropped, pasted or chosen: captures are read, torrents kept for every capture, and the one in sight read again with them;
   * databases of addresses are looked into.
   * @param {File[] | Haul | Promise<Haul>} haul
   * @param {string} [text]
   */
  take(haul, text = "") {
    this.#taking = this.#taking.then(async () => this.#take(await haul, text));
    return this.#taking;
  }

  /**
   * @param {File[] | Haul} haul
   * @param {string} text
   */
  async #take(haul, text) {
    const { captures, given, databases, studies, passed } = await sortedOut(haul);
    if (holdsLinks(text)) given.push({ name: "", text });
    const { taken, refused } = await this.torrents.take(given).catch(() => ({ taken: 0, refused: UNSEEN }));
    const words = databases.length > 0 ? [await this.places.add(databases)] : [];
    const isOpen = this.reading.capture.value.status !== "empty";
    if (captures.length > 0) this.openFrame(null);
    if (passed !== "") words.push(passed);
    if (captures.length > 0) this.reading.open(captures);
    else if (taken > 0) this.reading.again();
    if (given.length > 0) words.push(takenWords(taken, captures.length > 0 || isOpen, refused));
    if (captures.length === 0 && studies.length > 0) words.push(this.database.dropped(studies[0]));
    if (words.length > 0) this.reading.say(words.join(" "));
  }

  /**
   * Takes torrents back: one that was given, or all. The capture in sight is read again without them.
   * @param {Kept} [kept]
   */
  forgetTorrents(kept) {
    this.torrents.forget(kept);
    this.reading.again();
  }

  /** Ends the effects: for tests, which make several. */
  dispose() {
    this.#dispose();
  }

  /** @param {Partial<Selection>} change */
  select(change) {
    this.selection.value = { ...this.selection.value, ...change };
  }

  /** @param {ViewId} view */
  show(view) {
    this.lookAway();
    // From a torrent's page its view leads back to the list.
    const again = view === "torrents" && this.selection.value.view === view;
    this.select(again ? { view, torrent: undefined, frame: null } : { view, frame: null });
  }

  /**
   * Shows the page of a torrent.
   * @param {string} torrent
   */
  showTorrent(torrent) {
    this.lookAway();
    this.select({ view: "torrents", torrent, filter: "", frame: null });
  }

  /**
   * Lists events.
   * @param {Partial<Scope>} scope
   */
  showEvents(scope) {
    this.select({ view: "events", scope: { ...EVERYTHING, ...scope }, filter: "" });
  }

  /**
   * @param {TableId} table
   * @param {string} column
   * @param {boolean} descending which way a column begins
   */
  sort(table, column, descending) {
    this.selection.value = sorted(this.selection.value, table, column, descending);
  }

  /** @param {TableId} table */
  orderOf(table) {
    return orderOf(this.selection.value, table);
  }

  /**
   * Looks at a row in full. A torrent is looked at in the view itself, and one of the list on its page.
   * @template {TableId} T
   * @param {T} table
   * @param {RowTypes[T]} row
   */
  look(table, row) {
    if (table === "torrents") this.select({ torrent: /** @type {RowTypes["torrents"]} */ (row).info_hash });
    else if (table === "torrent_list") this.showTorrent(/** @type {RowTypes["torrent_list"]} */ (row).info_hash);
    else this.detail.value = /** @type {Detail} */ ({ table, key: KEYS[table](row), row });
  }

  /**
   * Says at which share of a torrent's pieces a download is confirmed; the next report tells.
   * @param {number} threshold in percent, from 50 to 100
   */
  confirmAt(threshold) {
    this.#client.confirmAt(threshold);
    this.anonymous.confirmAt(threshold);
  }

  /**
   * Says whether a host is on the network where the capture was made; the next report tells.
   * @param {string} address
   * @param {boolean | null} local `null`: as the capture tells
   */
  setLocal(address, local) {
    this.#client.setLocal(address, local);
    this.anonymous.setLocal(address, local);
  }

  /** Closes the detail. */
  lookAway() {
    this.detail.value = null;
  }

  /** @param {number | null} frame that is looked at, or none any more */
  openFrame(frame) {
    this.select({ frame });
  }

  /** Undoes the innermost thing: holds the reading, else closes the detail, else clears the filter. */
  back() {
    if (this.reading.capture.value.status === "loading") this.reading.stop();
    else if (this.selection.value.frame !== null) this.openFrame(null);
    else if (this.detail.value) this.lookAway();
    else if (this.reading.notice.value) this.reading.notice.value = "";
    else this.select({ filter: "" });
  }

  /**
   * @param {ExportView} view
   * @param {ExportFormat} format
   */
  async copyExport(view, format) {
    await copy(this.#client.exported(view, format, this.selection.value.filter));
  }

  /**
   * @param {ExportView} view
   * @param {ExportFormat} format
   */
  async saveExport(view, format) {
    // Of events JSON is an object a line.
    const suffix = view === "events" && format === "json" ? "jsonl" : SUFFIXES[format];
    const blob = await this.#client.exported(view, format, this.selection.value.filter);
    save(blob, `${this.reading.stem()}.${view}.${suffix}`);
  }

  /**
   * Saves the rows of a table as they are filtered and sorted.
   * @param {Exclude<TableId, "events" | "rungs">} table
   * @param {RowFormat} format
   */
  async saveRows(table, format) {
    const question = questionOf(this.selection.value, table, this.#torrents());
    if (question)
      save(
        await this.#client.exportedRows({ table, ...question }, format),
        `${this.reading.stem()}.${table}.${format}`,
      );
  }

  /** The torrents that the tables in sight are about. */
  #torrents() {
    const studied = this.selection.value.view === "torrents" ? this.study.torrent.value : null;
    return { shown: this.torrent.value?.info_hash, studied };
  }

  /** Another capture, or the one before again: nothing that was fetched of the last one may stay. */
  #forget() {
    this.lookAway();
    this.database.reset();
    this.pieceMap.reset();
    this.exchange.reset();
    this.pictures.reset();
    this.study.reset();
    this.events.reset();
    this.frames.reset();
    this.evidence.reset();
    this.anonymous.reset();
    this.slice.cancel();
    this.geography.reset();
    this.watch.reset();
    this.verification.reset();
    for (const table of Object.values(this.tables)) table.reset();
  }

  /** Asks how what is looked at is known, after each report. */
  #followEvidence() {
    const studied = this.selection.value.view === "torrents" ? this.study.torrent.value : null;
    this.evidence.follow(this.detail.value, this.torrent.value?.info_hash, studied, this.reading.capture.value);
  }

  /** Asks how the connection that is looked at fared, after each report. */
  #followExchange() {
    const state = this.reading.capture.value;
    const detail = this.detail.value;
    if (detail?.table !== "connections" || state.status === "empty" || state.digest === null) return;
    if (state.status === "ready" && state.end === "gone") return;
    const { flow } = detail.row;
    this.exchange.load(String(flow), () => this.#client.exchange(flow), state.status === "ready");
  }

  /** Asks for whatever the view in sight shows, after each report and each change of the selection. */
  #follow() {
    const state = this.reading.capture.value;
    const selection = this.selection.value;
    if (state.status === "empty" || state.digest === null) return;
    if (state.status === "ready" && state.end === "gone") return;
    const last = state.status === "ready";
    const { shown: torrent, studied } = this.#torrents();
    for (const table of SHOWN[selection.view](selection)) {
      const question = questionOf(selection, table, { shown: torrent, studied });
      if (question === null) continue;
      this.tables[table].ask(question);
      this.tables[table].refresh(last);
    }
    if (selection.view === "download" && torrent !== undefined) {
      this.pieceMap.load(String(torrent), () => this.#client.pieceMap(torrent), last);
    }
    if (studied !== null) {
      this.study.follow(studied, last);
    }
    if (studied === null) this.pictures.follow(selection, state.digest, last);
    if (last || selection.view === "watch") this.watch.follow(last);
    const places = this.places.version.value;
    if ((selection.view === "geography" || selection.view === "overview") && places > 0) {
      this.geography.load(`places ${places}`, () => this.#client.geography(), last);
    }
    // The files are not read twice at a time.
    if (selection.view === "events" && last) this.events.follow(selection.scope, selection.filter, state.digest);
  }
}
