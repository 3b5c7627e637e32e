/**
 * A session that understands no capture: it takes pieces of files, says how far it is, and answers every question from data it was given. A file
 * that begins as a ZIP archive or holds nothing is refused as the real one refuses it.
 *
 * @import { Session } from "../../../www/engine/messages"
 * @import { Digest, PieceMap, RowQuery, TorrentStudy } from "../../../www/engine/types"
 */
import { digestOf } from "./digests";

/** Bytes that a session counts as one frame. */
const FRAME_BYTES = 1024;

/** @implements {Session} */
export class FakeSession {
  /** @type {{ name: string, size: number, read: number, ended: boolean }[]} */
  sources = [];
  finished = false;
  #digest;
  #tables;
  #map;
  #study;

  /** @param {{ digest?: Digest, tables?: Record<string, any[]>, map?: PieceMap, study?: TorrentStudy | null }} [data] */
  constructor({ digest = digestOf({}), tables = {}, map, study = null } = {}) {
    this.#digest = digest;
    this.#tables = tables;
    this.#study = study;
    this.#map = map ?? { pieces: 0, runs: [], contributors: [], others: 0, other_bytes: 0 };
  }

  add_file(/** @type {string} */ name, size = 0) {
    return this.sources.push({ name, size, read: 0, ended: false }) - 1;
  }

  wants() {
    const open = this.sources.findIndex(({ ended }) => !ended);
    return open < 0 ? undefined : open;
  }

  push(/** @type {number} */ source, /** @type {Uint8Array} */ chunk) {
    const file = this.sources[source];
    if (file.read === 0 && chunk[0] === 0x50 && chunk[1] === 0x4b) throw { code: "not_a_capture", detail: "zip" };
    file.read += chunk.byteLength;
  }

  end(/** @type {number} */ source) {
    const file = this.sources[source];
    const failed = file.read === 0 && file.size === 0 && !file.ended;
    file.ended = true;
    if (failed) throw { code: "empty", detail: null };
  }

  finish() {
    this.finished = true;
  }

  memory() {
    return 0;
  }

  progress() {
    const bytes = this.sources.reduce((sum, { read }) => sum + read, 0);
    const bytes_total = this.sources.reduce((sum, { size }) => sum + size, 0);
    const { first_time, last_time } = this.#digest.capture;
    return { bytes, bytes_total, frames: Math.floor(bytes / FRAME_BYTES), first_time, last_time };
  }

  digest() {
    return this.#digest;
  }

  confirm_at(/** @type {number} */ threshold) {
    const { swarm } = this.#digest;
    this.#digest = { ...this.#digest, swarm: { ...swarm, threshold } };
  }

  rows(/** @type {RowQuery} */ { table, sort, descending, filter, from, count }) {
    const rows = this.#tables[table] ?? [];
    const fitting = rows.filter((row) => Object.values(row).join(" ").toLowerCase().includes(filter.toLowerCase()));
    const way = descending ? -1 : 1;
    fitting.sort((a, b) => way * (a[sort] < b[sort] ? -1 : a[sort] > b[sort] ? 1 : 0));
    return { total: rows.length, matched: fitting.length, rows: fitting.slice(from, from + count) };
  }

  piece_map() {
    return this.#map;
  }

  torrent_study(/** @type {string} */ torrent) {
    return this.#study && { ...this.#study, info_hash: torrent, threshold: this.#digest.swarm.threshold };
  }

  export(/** @type {string} */ view, /** @type {string} */ format) {
    return `${view} as ${format}`;
  }
}
