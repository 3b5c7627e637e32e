/**
 * The rows of one large table, fetched as they come into sight. The table stays in the reader; here are the windows that were looked at.
 *
 * @import { RowQuery, RowWindow } from "../engine/types"
 * @import { TableId } from "./rows"
 */
import { signal } from "@preact/signals";
import { Pace } from "./pace";

/** Rows of one window. */
const PAGE = 200;
/** Windows that are kept. */
const KEPT = 40;

/** @typedef {Omit<RowQuery, "from" | "count" | "table">} Question which rows, in which order */

/** @typedef {Omit<RowWindow, "rows"> & { rows: unknown[] }} Window */

/** @template Row */
export class TableSource {
  #table;
  #fetch;
  #keyOf;
  /** @type {Question | null} */
  #question = null;
  /** @type {Map<number, Row[]>} by the number of the page, the one used last at the end */
  #pages = new Map();
  /** Do the kept pages answer an older question? */
  #outdated = false;
  /** @type {Set<number>} pages that are asked for */
  #asked = new Set();
  /** @type {Set<number>} pages whose figures have changed since they were asked for */
  #stale = new Set();
  #wanted = { from: 0, to: 0 };
  #generation = 0;
  #pace = new Pace();
  #held = false;

  /** Rows in the table; null until the first window came. @type {import("@preact/signals").Signal<number | null>} */
  total = signal(/** @type {number | null} */ (null));
  /** Rows that pass the filter. */
  matched = signal(0);
  /** Grows with every window that arrives. */
  version = signal(0);
  /** Can nothing more be fetched? */
  gone = signal(false);

  /**
   * @param {TableId} table
   * @param {(query: RowQuery) => Promise<Window>} fetch
   * @param {(row: Row) => string} keyOf what makes a row this row
   */
  constructor(table, fetch, keyOf) {
    this.#table = table;
    this.#fetch = fetch;
    this.#keyOf = keyOf;
  }

  /**
   * Asks another question; the rows of the last one stay until the first answer.
   * @param {Question} question
   */
  ask(question) {
    if (JSON.stringify(question) === JSON.stringify(this.#question)) return;
    this.#question = question;
    this.#begin();
  }

  /** Forgets everything: another capture. */
  reset() {
    this.#pages.clear();
    this.total.value = null;
    this.matched.value = 0;
    this.gone.value = false;
    if (this.#question) this.#begin();
  }

  /**
   * The table has grown: fetches again what is in sight, unless that came at a cost not long ago.
   * @param {boolean} [last] must it be fetched whatever the cost?
   */
  refresh(last = false) {
    if (!last && !this.#pace.ready()) return;
    for (const page of this.#pages.keys()) this.#stale.add(page);
    this.#fetchWanted();
  }

  /**
   * Keeps the order of the rows while someone points at them; their figures go on.
   * @param {boolean} held
   */
  hold(held) {
    if (this.#held === held) return;
    this.#held = held;
    if (!held) this.refresh(true);
  }

  /**
   * Says which rows are in sight.
   * @param {number} from
   * @param {number} to the first one that is not
   */
  want(from, to) {
    this.#wanted = { from, to };
    this.#fetchWanted();
  }

  /**
   * @param {number} index within the rows that match
   * @returns {Row | undefined} undefined until it has been fetched
   */
  row(index) {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /**
   * The row as it is now, if it is among those that were fetched.
   * @param {string} key
   */
  find(key) {
    for (const rows of this.#pages.values()) {
      const row = rows.find((candidate) => this.#keyOf(candidate) === key);
      if (row) return row;
    }
    return undefined;
  }

  /**
   * Where a row stands among those that match; null where it is not among those that were fetched.
   * @param {string} key
   */
  place(key) {
    for (const [page, rows] of this.#pages) {
      const index = rows.findIndex((candidate) => this.#keyOf(candidate) === key);
      if (index >= 0) return page * PAGE + index;
    }
    return null;
  }

  /**
   * The rows that were fetched, in their order.
   * @param {(row: Row) => boolean} wanted
   */
  having(wanted) {
    const pages = [...this.#pages].sort(([a], [b]) => a - b);
    return pages.flatMap(([, rows]) => rows.filter(wanted));
  }

  #begin() {
    this.#generation += 1;
    this.#outdated = true;
    this.#asked.clear();
    this.#stale.clear();
    this.#fetchWanted();
  }

  #fetchWanted() {
    if (this.#question === null) return;
    const first = Math.floor(this.#wanted.from / PAGE);
    const last = Math.max(Math.ceil(this.#wanted.to / PAGE), first + 1);
    for (let page = first; page < last; page += 1) {
      const due = this.#outdated || this.#stale.has(page) || !this.#pages.has(page);
      const exists = this.#outdated || page === 0 || page * PAGE < this.matched.peek();
      if (due && exists && !this.#asked.has(page)) this.#fetchPage(page, this.#question);
    }
  }

  /**
   * @param {number} page
   * @param {Question} question
   */
  async #fetchPage(page, question) {
    const generation = this.#generation;
    this.#asked.add(page);
    this.#stale.delete(page);
    const done = this.#pace.begin();
    try {
      const answer = await this.#fetch({
        ...question,
        table: /** @type {RowQuery["table"]} */ (this.#table),
        from: page * PAGE,
        count: PAGE,
      });
      if (generation === this.#generation) this.#receive(page, /** @type {any} */ (answer));
    } catch {
      if (generation === this.#generation) this.gone.value = true;
    } finally {
      done();
      if (generation === this.#generation) this.#asked.delete(page);
    }
    if (generation === this.#generation && !this.gone.peek()) this.#fetchWanted();
  }

  /**
   * @param {number} page
   * @param {Omit<RowWindow, "rows"> & { rows: Row[] }} answer
   */
  #receive(page, answer) {
    if (this.#outdated) this.#pages.clear();
    this.#outdated = false;
    const before = this.#pages.get(page);
    this.#pages.delete(page);
    this.#pages.set(page, this.#held && before ? this.#inOrderOf(before, answer.rows) : answer.rows);
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= KEPT) break;
      this.#pages.delete(old);
    }
    this.total.value = answer.total;
    this.matched.value = answer.matched;
    this.version.value = this.version.peek() + 1;
  }

  /**
   * The rows as they stand, with the figures of the new ones; rows that are new to the window wait, unless it has room.
   * @param {Row[]} before
   * @param {Row[]} rows
   */
  #inOrderOf(before, rows) {
    const fresh = new Map(rows.map((row) => [this.#keyOf(row), row]));
    const kept = before.map((row) => {
      const key = this.#keyOf(row);
      const now = fresh.get(key) ?? row;
      fresh.delete(key);
      return now;
    });
    return [...kept, ...fresh.values()].slice(0, Math.max(before.length, rows.length));
  }
}
