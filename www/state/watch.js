/**
 * What is watched for: a list that this browser keeps until it is emptied, and what of it is in the capture.
 *
 * @import { Client } from "../engine/client"
 * @import { LinesTaken, Watched } from "../engine/types"
 * @import { TableId } from "./rows"
 */
import { computed, signal } from "@preact/signals";
import { Latest } from "./latest";

const STORED = "swarmscope.watch";

/** The columns by which a row may meet an entry. */
const MEETING = ["info_hash", "target", "address", "endpoint", "originator", "responder", "asker", "url", "name"];

/** Tables of the page that show what another one of the analyzer finds. @type {Partial<Record<TableId, string>>} */
const FOUND_AS = { torrents: "known_torrents", torrent_list: "known_torrents", overview_hosts: "hosts" };

export class Watch {
  #client;
  /** The list, an entry a line. */
  text = signal("");
  /** What became of its lines. @type {import("@preact/signals").Signal<LinesTaken | null>} */
  outcome = signal(/** @type {LinesTaken | null} */ (null));
  /** Counts the lists, so that answers about an older one are known as such. */
  version = signal(0);
  /** @type {Latest<Watched[]>} */
  #watched = new Latest();
  /** What of the list is in the capture; null until that is known. */
  entries = computed(() => this.#watched.value.value?.is ?? null);
  /** By table, the values of rows that meet an entry. */
  #values = computed(() => valuesOf(this.entries.value ?? []));

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
    const kept = stored();
    if (kept !== "") this.set(kept).catch(() => {});
  }

  /**
   * Watches for what a list says, in place of the one before.
   * @param {string} text
   */
  async set(text) {
    this.text.value = text;
    store(text);
    this.#watched.reset();
    this.outcome.value = text === "" ? null : await this.#client.watch(text);
    if (text === "") await this.#client.watch("");
    this.version.value += 1;
  }

  /**
   * Asks what is met, after a report.
   * @param {boolean} last
   */
  follow(last) {
    if (this.text.value === "" || this.version.value === 0) return;
    this.#watched.load(`watch ${this.version.value}`, () => this.#client.watched(), last);
  }

  /** Another capture: nothing of it is known yet. */
  reset() {
    this.#watched.reset();
  }

  /**
   * Is a row of a table watched for?
   * @param {TableId} table
   * @returns {((row: any) => boolean) | undefined} undefined where none is
   */
  of(table) {
    const values = this.#values.value.get(FOUND_AS[table] ?? table);
    return values && ((row) => MEETING.some((column) => values.has(String(row[column]))));
  }
}

/** @param {Watched[]} entries */
function valuesOf(entries) {
  /** @type {Map<string, Set<string>>} */
  const byTable = new Map();
  for (const { table, value, torrent } of entries.flatMap(({ rows }) => rows)) {
    const values = byTable.get(table ?? "") ?? new Set();
    values.add(value);
    if (table === "known_torrents" && torrent) values.add(torrent);
    byTable.set(table ?? "", values);
  }
  return byTable;
}

function stored() {
  try {
    return localStorage.getItem(STORED) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} text */
function store(text) {
  try {
    if (text === "") localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, text);
  } catch {
    // A browser that keeps nothing forgets the list when the page is closed.
  }
}
