/**
 * How things are known: the ladder of what is looked at, and evidence reports.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { Digest, EvidenceAnswer, EvidenceSubject } from "../engine/types"
 * @import { Detail } from "./app"
 * @import { CaptureState } from "./capture"
 */
import { signal } from "@preact/signals";
import { save } from "../base/clipboard";
import { stem } from "../base/format";
import { Latest } from "./latest";

/** What a report is about; all of the capture where neither is said. @typedef {{ host?: string, torrent?: string }} EvidenceScope */

export class Evidence {
  #client;
  /** Of the files of this capture. @type {(string | null)[] | null} */
  #hashes = null;
  /** Has it been read what peers said of each piece? */
  #traced = false;
  /** Asks again for what was asked last. @type {() => void} */
  #again = () => {};

  /** Of the row that is looked at. @type {Latest<EvidenceAnswer | null>} */
  looked = new Latest();
  /** Of the torrent whose page is shown. @type {Latest<EvidenceAnswer | null>} */
  torrent = new Latest();
  /** Which share of the files has been read again; null while nobody waits for a report or a ladder. @type {Signal<number | null>} */
  share = signal(/** @type {number | null} */ (null));

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  /** Another capture. */
  reset() {
    this.cancel();
    this.#hashes = null;
    this.#traced = false;
    this.looked.reset();
    this.torrent.reset();
  }

  /**
   * Asks how what is in sight is known, after each report.
   * @param {Detail | null} detail
   * @param {string | null | undefined} listed the torrent whose pieces are listed
   * @param {string | null} studied the torrent whose page is shown
   * @param {CaptureState} state
   */
  follow(detail, listed, studied, state) {
    if (state.status === "empty" || state.digest === null) return;
    if (state.status === "ready" && state.end === "gone") return;
    const last = state.status === "ready";
    const subject = detail && subjectOf(detail, listed);
    this.#again = () => {
      if (subject) this.looked.load(aboutOf(subject), () => this.#client.evidenceLadder(subject), true);
    };
    if (subject) this.looked.load(aboutOf(subject), () => this.#client.evidenceLadder(subject), last);
    if (studied) this.torrent.load(studied, () => this.#client.evidenceLadder({ torrent: studied }), last);
  }

  /**
   * What was found of the row that is looked at; null while it was not.
   * @param {Detail} detail
   * @param {string | null} [listed]
   */
  of(detail, listed) {
    const found = this.looked.value.value;
    const subject = subjectOf(detail, listed);
    return subject && found?.about === aboutOf(subject) ? found.is : null;
  }

  /**
   * Saves a report. The files are read once more for their hashes, unless they were.
   * @param {EvidenceScope} scope
   * @param {"html" | "json"} format
   * @param {string} name of the capture
   * @param {Digest | null} digest
   */
  async save(scope, format, name, digest) {
    if (this.share.value !== null) return;
    this.share.value = 0;
    try {
      this.#hashes ??= await this.#client.hashes((share) => (this.share.value = share / 2));
      if (this.#hashes === null || !(await this.#trace((share) => (this.share.value = (1 + share) / 2)))) return;
      const at = digest?.capture.first_time ?? null;
      const query = { ...scope, utc_offset: at === null ? 0 : offsetAt(at), hashes: this.#hashes };
      const about = scope.host ?? scope.torrent?.slice(0, 8);
      const scoped = about ? `${stem(name)}.${about.replaceAll(":", "-")}` : stem(name);
      save(await this.#client.evidence(query, format), `${scoped}.evidence.${format}`);
    } catch {
      // The reader is gone, and the page says so.
    } finally {
      this.share.value = null;
    }
  }

  /** Reads the files once more for what peers said of each piece. */
  async trace() {
    if (this.share.value !== null) return;
    this.share.value = 0;
    try {
      await this.#trace((share) => (this.share.value = share));
    } catch {
      // The reader is gone, and the page says so.
    } finally {
      this.share.value = null;
    }
  }

  /**
   * @param {(share: number) => void} tell
   * @returns {Promise<boolean>} whether it is read
   */
  async #trace(tell) {
    if (this.#traced) return true;
    this.#traced = await this.#client.trace(tell);
    if (this.#traced) this.#again();
    return this.#traced;
  }

  /** Gives up a report that is on its way, or that reading. */
  cancel() {
    if (this.share.value !== null) this.#client.stopHashing();
  }
}

/**
 * Minutes by which this browser's zone is ahead of UTC at a moment of the capture.
 * @param {number} seconds
 */
export function offsetAt(seconds) {
  // Not minus nothing.
  return 0 - new Date(seconds * 1000).getTimezoneOffset();
}

/**
 * What a row's ladder is about; null where it has none.
 * @param {Detail} detail
 * @param {string | null} [listed]
 * @returns {EvidenceSubject | null}
 */
function subjectOf(detail, listed) {
  switch (detail.table) {
    case "hosts":
    case "overview_hosts":
      return { host: detail.row.address };
    case "peers":
      return { torrent: detail.row.info_hash, endpoint: detail.row.endpoint };
    case "pieces":
      return listed ? { torrent: listed, piece: detail.row.index } : null;
    default:
      return null;
  }
}

/** @param {EvidenceSubject} subject */
function aboutOf({ host, torrent, endpoint, piece }) {
  return JSON.stringify([host, torrent, endpoint, piece]);
}
