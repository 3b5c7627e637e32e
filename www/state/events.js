/**
 * The list of events: read from the files once more for each question, because the report keeps no messages.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { ListState } from "../engine/messages"
 * @import { Connection, Digest, EventQuery, EventRow, Ladder, RowQuery, Rung } from "../engine/types"
 * @import { Scope } from "./selection"
 */
import { signal } from "@preact/signals";
import { KEYS } from "./rows";
import { TableSource } from "./table_source";

/** What a ladder says beside its rungs. @typedef {Omit<Ladder, "rungs">} LadderHead */

/** Connections of a torrent that are told to be about it. */
const MOST_FLOWS = 2000;

const NO_WINDOW = { total: 0, matched: 0, rows: [] };
const IN_ORDER = { sort: "", descending: false };

export class Events {
  #client;
  /** What the list on hand, or on its way, is about. @type {string | null} */
  #about = null;

  /** How far the list is; null when there is none. @type {Signal<ListState | null>} */
  state = signal(/** @type {ListState | null} */ (null));
  /** Of the connection that the list is about; null when it is about more. @type {Signal<LadderHead | null>} */
  ladder = signal(/** @type {LadderHead | null} */ (null));
  /** @type {TableSource<EventRow>} */
  rows;
  /** @type {TableSource<Rung>} */
  rungs;

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
    this.rows = new TableSource("events", (query) => this.#window(query), KEYS.events);
    this.rungs = new TableSource("rungs", (query) => this.#rungs(query), KEYS.rungs);
  }

  /**
   * Sees to it that the list is about what is asked.
   * @param {Scope} scope
   * @param {string} filter of its rows
   * @param {Digest} digest
   */
  follow(scope, filter, digest) {
    const about = JSON.stringify(scope);
    if (about !== this.#about) {
      this.reset();
      this.#about = about;
      this.#begin(about, queryOf(scope, digest));
      this.state.value = { status: "listing", progress: { ...NOTHING_READ }, events: 0, kept: 0 };
    }
    this.rows.ask({ ...IN_ORDER, filter });
    if (scope.flow !== null) this.rungs.ask({ ...IN_ORDER, filter: "" });
  }

  /** Forgets the list. */
  reset() {
    this.#about = null;
    this.state.value = null;
    this.ladder.value = null;
    this.rows.reset();
    this.rungs.reset();
  }

  /**
   * @param {string} about
   * @param {EventQuery} query
   */
  async #begin(about, query) {
    // Where the reader is gone, there is no list either.
    const flows = query.torrent ? await this.#flowsOf(query).catch(() => []) : [];
    if (about !== this.#about) return;
    this.#client.list({ ...query, torrent_flows: flows }, (state) => this.#hear(state));
  }

  /**
   * The connections that the report knows to be about a torrent: not each of them names it.
   * @param {EventQuery} query
   */
  async #flowsOf({ torrent, torrent_names: names = [] }) {
    const windows = [torrent, ...names].map((name) =>
      this.#client.rows({ table: "connections", ...IN_ORDER, filter: String(name), from: 0, count: MOST_FLOWS }),
    );
    const rows = (await Promise.all(windows)).flatMap((window) => /** @type {Connection[]} */ (window.rows));
    return rows.map(({ flow }) => flow);
  }

  /** @param {ListState} state */
  #hear(state) {
    this.state.value = state;
    if (state.status === "refused") return;
    const last = state.status === "listed";
    this.rows.refresh(last);
    if (JSON.parse(this.#about ?? "{}").flow !== null) this.rungs.refresh(last);
  }

  /** @param {RowQuery} query */
  async #window({ filter, from, count }) {
    const window = await this.#client.eventRows({ filter, from, count });
    return window ? { total: window.kept, matched: window.filtered, rows: window.rows } : NO_WINDOW;
  }

  /** @param {RowQuery} query */
  async #rungs({ from, count }) {
    const ladder = await this.#client.ladder({ from, count });
    if (ladder === null) return NO_WINDOW;
    const { rungs, ...head } = ladder;
    this.ladder.value = head;
    return { total: head.matched, matched: head.matched, rows: rungs };
  }
}

const NOTHING_READ = { bytes: 0, bytes_total: null, frames: 0, first_time: null, last_time: null };

/**
 * The question that a scope asks. A torrent of both versions goes by both its names.
 * @param {Scope} scope
 * @param {Digest} digest
 * @returns {EventQuery}
 */
export function queryOf({ torrent, ...scope }, { torrents }) {
  const known = torrents.find((row) => row.info_hash === torrent || row.info_hash_v2 === torrent);
  const names = [known?.info_hash, known?.info_hash_v2].filter((name) => name && name !== torrent);
  return { ...scope, torrent, torrent_names: torrent === null ? [] : /** @type {string[]} */ (names) };
}
