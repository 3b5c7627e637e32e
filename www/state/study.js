/**
 * The torrent whose page is shown, and what the study found of it.
 *
 * @import { ReadonlySignal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { KnownTorrent, ListedTorrent, PieceMap, RowQuery, TorrentStudy, TorrentTraffic } from "../engine/types"
 * @import { Selection } from "./selection"
 * @import { TableSource } from "./table_source"
 */
import { computed } from "@preact/signals";
import { Latest } from "./latest";

export class Study {
  #client;
  /** The torrent that was chosen; once the capture is read, the only one that there is; null where the list is shown. @type {ReadonlySignal<string | null>} */
  torrent;
  /** Its line of the list; null within it where the list does not have it. @type {Latest<ListedTorrent | null>} */
  row = new Latest();
  /** Null within it where no peer of it was met. @type {Latest<TorrentStudy | null>} */
  found = new Latest();
  /** All that is known of it, with its files. @type {Latest<KnownTorrent | null>} */
  known = new Latest();
  /** @type {Latest<TorrentTraffic | null>} */
  traffic = new Latest();
  /** Who sent its pieces: peers, not the endpoints that they spoke from. @type {Latest<PieceMap>} */
  map = new Latest();

  /**
   * @param {Client} client
   * @param {ReadonlySignal<Selection>} selection
   * @param {TableSource<ListedTorrent>} list
   * @param {ReadonlySignal<boolean>} finished has reading come to its end?
   */
  constructor(client, selection, list, finished) {
    this.#client = client;
    this.torrent = computed(() => {
      const chosen = selection.value.torrent;
      const row = this.row.value.value;
      // An address may name a torrent of another capture.
      const absent = finished.value && row?.about === chosen && row?.is === null;
      if (chosen && !absent) return chosen;
      if (!finished.value || list.total.value !== 1) return null;
      void list.version.value;
      return list.row(0)?.info_hash ?? null;
    });
  }

  reset() {
    for (const fetched of [this.row, this.found, this.known, this.traffic, this.map]) fetched.reset();
  }

  /**
   * Asks for what the page of the torrent shows.
   * @param {string} torrent
   * @param {boolean} last has reading come to its end?
   */
  follow(torrent, last) {
    this.row.load(torrent, () => this.#rowOf({ table: "torrent_list", filter: torrent }), last);
    this.known.load(torrent, () => this.#rowOf({ table: "known_torrents", torrent, filter: "" }), last);
    this.map.load(torrent, () => this.#client.pieceMap(torrent, true), last);
    this.found.load(torrent, () => this.#client.torrentStudy(torrent), last);
    this.traffic.load(torrent, () => this.#client.torrentTraffic(torrent), last);
  }

  /**
   * @template T
   * @param {Pick<RowQuery, "table" | "torrent" | "filter">} which
   */
  async #rowOf(which) {
    const { rows } = await this.#client.rows({ ...which, sort: "", descending: false, from: 0, count: 1 });
    return /** @type {T | undefined} */ (rows[0]) ?? null;
  }
}
