/**
 * Studies of a torrent written by hand, as the core would deliver them.
 *
 * @import { ListedTorrent, PeerRow, TorrentStudy } from "../../../www/engine/types"
 */
import { START } from "./digests";

/**
 * Of a torrent of which nobody is known.
 * @param {Partial<TorrentStudy>} known
 * @returns {TorrentStudy}
 */
export function studyOf(known) {
  return {
    info_hash: "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630",
    piece_count: 48,
    piece_length: 65536,
    threshold: 98,
    counts: {
      peers: 0,
      listed: 0,
      met: 0,
      progress_known: 0,
      complete_at_first: 0,
      met_once_below: 0,
      unidentified: 0,
    },
    curves: [],
    availability: [],
    copies: [],
    copies_time: null,
    copies_peers: 0,
    rarest_first: [],
    confirmed: [],
    confirmed_per_hour: [],
    ...known,
  };
}

/**
 * A line of the list of torrents.
 * @param {Partial<ListedTorrent>} [known]
 * @returns {ListedTorrent}
 */
export function listedTorrent(known) {
  return {
    info_hash: "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630",
    info_hash_v2: null,
    name: "sample-0-b54de2a6.bin",
    piece_length: 65536,
    piece_count: 48,
    total_size: 3145728,
    given: false,
    in_capture: true,
    name_from: "ut_metadata",
    name_origin: "10.0.0.3:6881",
    name_frame: 170,
    pieces: 48,
    met: 3,
    progress_known: 3,
    confirmed: 1,
    down: 3145728,
    up: 1024,
    first_frame: 178,
    first_time: START + 1,
    last_time: START + 7,
    ...known,
  };
}

/**
 * A peer that completed, as the tables of peers have it.
 * @param {Partial<PeerRow>} [known]
 * @returns {PeerRow}
 */
export function peerRow(known) {
  return {
    info_hash: "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630",
    endpoint: "95.185.66.33:57776",
    peer_id: null,
    client: "libtorrent 2.1.1",
    sources: ["tracker", "pex"],
    evidence: "sent_blocks",
    contacts: 3,
    first_seen: START + 1,
    last_seen: START + 9,
    first_frame: 60,
    progress_first: 0.125,
    progress_last: 1,
    completed_at: START + 5,
    max_speed: 128 * 1024,
    download_rate: 96 * 1024,
    upload_rate: null,
    local: false,
    downloaded: 3 * 2 ** 20,
    uploaded: 2 ** 20,
    ...known,
  };
}
