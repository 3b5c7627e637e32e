/**
 * The torrent whose page is shown, and what the study found of it.
 *
 * @import { ReadonlySignal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { ListedTorrent, TorrentStudy } from "../engine/types"
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
    this.row.reset();
    this.found.reset();
  }

  /**
   * Asks for what the page of the torrent shows.
   * @param {string} torrent
   * @param {boolean} last has reading come to its end?
   */
  follow(torrent, last) {
    this.row.load(torrent, () => this.#rowOf(torrent), last);
    this.found.load(torrent, async () => inOrder(await this.#client.torrentStudy(torrent)), last);
  }

  /**
   * @param {string} torrent
   * @returns {Promise<ListedTorrent | null>}
   */
  async #rowOf(torrent) {
    const query = { table: /** @type {const} */ ("torrent_list"), sort: "", descending: false, filter: torrent };
    const { rows } = await this.#client.rows({ ...query, from: 0, count: 1 });
    return /** @type {ListedTorrent | undefined} */ (rows[0]) ?? null;
  }
}

/**
 * What a message tells that waited for a lost segment may be older than what was known before it: it counts from then on.
 * @param {TorrentStudy | null} study
 */
export function inOrder(study) {
  return study && { ...study, curves: study.curves.map((curve) => ({ ...curve, points: risen(curve.points) })) };
}

/** @param {TorrentStudy["curves"][number]["points"]} points */
function risen(points) {
  let known = -Infinity;
  return points.map(({ time, share }) => {
    known = Math.max(known, time);
    return { time: known, share };
  });
}
