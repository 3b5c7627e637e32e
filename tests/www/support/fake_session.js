/**
 * A session that understands no capture: it takes pieces of files, says how far it is, and answers every question from data it was given. A file
 * that begins as a ZIP archive or holds nothing is refused as the real one refuses it.
 *
 * @import { Session } from "../../../www/engine/messages"
 * @import { DatabaseInfo, Digest, EvidenceAnswer, EvidenceQuery, Geography, PieceMap, RowFormat, RowQuery, TorrentStudy, TorrentTraffic } from "../../../www/engine/types"
 */
import { digestOf } from "./digests";

/** Bytes that a session counts as one frame. */
const FRAME_BYTES = 1024;

/** @implements {Session} */
export class FakeSession {
  /** @type {{ name: string, size: number, read: number, ended: boolean }[]} */
  sources = [];
  /** Whom the page called local or not. @type {[string, boolean | undefined][]} */
  locals = [];
  finished = false;
  #digest;
  #tables;
  #map;
  #geography;
  #study;
  #traffic;
  /** @type {DatabaseInfo[]} */
  #places = [];
  suffixes = 0;

  /** @param {{ digest?: Digest, tables?: Record<string, any[]>, map?: PieceMap, geography?: Geography | null, study?: TorrentStudy | null, traffic?: TorrentTraffic | null }} [data] */
  constructor({ digest = digestOf({}), tables = {}, map, geography = null, study = null, traffic = null } = {}) {
    this.#geography = geography;
    this.#digest = digest;
    this.#tables = tables;
    this.#study = study;
    this.#traffic = traffic;
    this.#map = map ?? { pieces: 0, runs: [], contributors: [], others: 0, other_bytes: 0 };
  }

  /** What it answers to who asks how something is known. @type {EvidenceAnswer | null} */
  answer = null;

  evidence_ladder() {
    return this.answer;
  }

  evidence(/** @type {EvidenceQuery} */ query, /** @type {"html" | "json"} */ format) {
    return `${format} ${JSON.stringify(query)}`;
  }

  /** What it was told of torrents. @type {string[]} */
  given = [];

  add_torrent(/** @type {string} */ name, /** @type {Uint8Array} */ bytes) {
    if (bytes[0] !== 0x64) throw { code: "not_a_torrent", detail: "metainfo" };
    this.given.push(name);
  }

  add_magnets(/** @type {string} */ name, /** @type {string} */ text) {
    const lines = text.split("\n").filter(Boolean);
    const refused = lines.flatMap((line, index) => (line.startsWith("magnet:") ? [] : [index + 1]));
    this.given.push(name);
    const told = refused.map((line) => ({ line, reason: "is no magnet link" }));
    return { taken: lines.length - refused.length, refused: refused.length, lines: told };
  }

  /** What compressed files may unpack to, if that was said. @type {(number | undefined)[]} */
  expansions = [];

  expand_to(/** @type {number | undefined} */ bytes) {
    this.expansions.push(bytes);
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

  add_places(/** @type {string} */ name, /** @type {Uint8Array} */ bytes) {
    if (bytes.byteLength === 0) throw { code: "not_a_database", detail: null };
    const info = { name, kind: "country", built: 1781725461, description: null, ip_version: 6 };
    this.#places = [...this.#places.filter((known) => known.name !== name), info];
  }

  set_suffixes(/** @type {Uint8Array} */ bytes) {
    this.suffixes = bytes.byteLength;
  }

  databases() {
    return this.#places;
  }

  geography() {
    return this.#places.length > 0 ? this.#geography : null;
  }

  memory() {
    return 0;
  }

  database_statements() {
    return { opening: "", known: "", earlier: "", staging: "", parts: 0, merge: "", summary: "" };
  }

  database_begins() {
    return undefined;
  }

  go_on() {
    return false;
  }

  database_rows() {}

  free() {}

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

  prove(/** @type {import("../../../www/engine/types").Verified} */ verified) {
    return verified;
  }

  rows(/** @type {RowQuery} */ { table, sort, descending, filter, from, count }) {
    const rows = this.#tables[table] ?? [];
    const fitting = rows.filter((row) => Object.values(row).join(" ").toLowerCase().includes(filter.toLowerCase()));
    const way = descending ? -1 : 1;
    fitting.sort((a, b) => way * (a[sort] < b[sort] ? -1 : a[sort] > b[sort] ? 1 : 0));
    return { total: rows.length, matched: fitting.length, rows: fitting.slice(from, from + count) };
  }

  rows_written(/** @type {RowQuery} */ query, /** @type {RowFormat} */ format) {
    const { rows, matched } = this.rows(query);
    if (query.from > 0 && query.from >= matched) return "";
    return rows.map((row) => `${format} ${JSON.stringify(row)}\n`).join("");
  }

  /** What is watched for. */
  #watchList = "";

  watch(/** @type {string} */ text) {
    this.#watchList = text;
    return { taken: text.split("\n").length, refused: 0, lines: [] };
  }

  watched() {
    const entries = this.#watchList.split("\n").filter(Boolean);
    return entries.map((entry, index) => {
      const hosts = (this.#tables.hosts ?? []).filter(({ address }) => address === entry);
      const rows = hosts.map(({ address }) => ({
        table: /** @type {const} */ ("hosts"),
        value: address,
        torrent: null,
        frame: 7,
      }));
      const kind = /** @type {const} */ ("address");
      return {
        entry,
        kind,
        note: null,
        line: index + 1,
        met: rows.length,
        first_frame: rows.length > 0 ? 7 : null,
        rows,
      };
    });
  }

  set_local(/** @type {string} */ address, /** @type {boolean | undefined} */ local) {
    this.locals.push([address, local]);
  }

  torrent_traffic() {
    return this.#traffic;
  }

  piece_map() {
    return this.#map;
  }

  torrent_study(/** @type {string} */ torrent) {
    return this.#study && { ...this.#study, info_hash: torrent, threshold: this.#digest.swarm.threshold };
  }

  exchange() {
    return null;
  }

  export(/** @type {string} */ view, /** @type {string} */ format) {
    return `${view} as ${format}`;
  }
}
