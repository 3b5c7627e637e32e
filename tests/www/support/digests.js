/**
 * Digests written by hand, as the core would deliver them.
 *
 * @import { BootstrapNode, Digest, Overview, Request, TorrentRow, Traffic } from "../../../www/engine/types"
 */

/** When the captures of these tests begin, in seconds since the Unix epoch. */
export const START = 1795175099;

/**
 * @param {Partial<Digest>} known
 * @returns {Digest}
 */
export function digestOf(known) {
  return {
    capture: { files: [], frames: 8133, bytes: 8_790_700, first_time: START, last_time: START + 25 },
    overview: overviewOf({}),
    coverage: { decoded: 0, resynchronised: 0, lost: 0, truncated: 0, encrypted: 0 },
    messages: {},
    findings: [],
    init: { bootstrap: [], port_mappings: [] },
    peers: { nodes: 0, queries: 0, responses: 0 },
    dht: {
      queries: [],
      answered: 0,
      unanswered: 0,
      median_delay: null,
      ninth_decile_delay: null,
      public_nodes: 0,
      fitting_nodes: 0,
      clients: [],
      lookups: [],
      estimates: [],
      sampled_info_hashes: 0,
    },
    lookup_count: 0,
    encrypted_flow_count: 0,
    local_host_count: 0,
    known_torrent_count: 0,
    connection_count: 0,
    torrents: [],
    torrent_count: 0,
    trackers: { trackers: 0, announces: 0, answered: 0, refused: 0, scrapes: 0 },
    hidden_trackers: [],
    tracker_records: [],
    web_seeds: [],
    sources: {
      addresses: 0,
      tried: 0,
      untouched: 0,
      answered: 0,
      failed: 0,
      useful: 0,
      requests: 0,
      sources: [],
      hours: [],
      gaps: { openings: 0, gaps: 0, shares: [], mean_longest: null, mean_duration: null },
      statistics: [],
    },
    traffic: trafficOf({}),
    swarm: {
      threshold: 98,
      peer_count: 0,
      local_count: 0,
      progress_known: 0,
      complete_at_first: 0,
      met_once_below: 0,
      confirmed_count: 0,
    },
    ...known,
  };
}

/**
 * Traffic of a capture in which nobody said anything.
 * @param {Partial<Traffic>} known
 * @returns {Traffic}
 */
export function trafficOf(known) {
  return {
    bin_seconds: 1,
    first_time: null,
    down: [],
    up: [],
    down_encrypted: [],
    up_encrypted: [],
    others: [],
    dht: [],
    trackers: [],
    lost: [],
    everything: [],
    totals: { down: 0, up: 0, within: 0, others: 0, everything: 0, by_transport: [] },
    ...known,
  };
}

/**
 * An overview of a capture with nothing in it, but for what is given.
 * @param {{ [Part in keyof Overview]?: Partial<Overview[Part]> }} known
 * @returns {Overview}
 */
export function overviewOf({ who, what, with_whom: withWhom, hidden }) {
  return {
    who: {
      local: 0,
      of_local: true,
      showing: 0,
      exchanged: 0,
      contacted_only: 0,
      dht_only: 0,
      announced_only: 0,
      busiest: null,
      ...who,
    },
    what: { torrents: 0, named: 0, top: [], unknown_bytes: 0, ...what },
    with_whom: { peers: 0, local_peers: 0, encrypted_addresses: 0, ...withWhom },
    hidden: { flows: 0, attributed: 0, encrypted: 0, missing: 0, total: 0, ...hidden },
  };
}

/**
 * A bootstrap address that was resolved in the first two milliseconds.
 * @param {Partial<BootstrapNode>} known
 * @returns {BootstrapNode}
 */
export function bootstrapNode(known) {
  return {
    name: "dht.libtorrent.org",
    address: "82.12.211.138",
    port: 25401,
    resolved: {
      frame: 16,
      time: START + 0.0019,
      resolver: "192.168.1.1:53",
      client: "192.168.1.10:40000",
      asked_frame: 5,
      asked_time: START,
    },
    requests: [],
    ...known,
  };
}

/**
 * A request that was answered 2.2 ms later.
 * @param {Partial<Request>} [known]
 * @returns {Request}
 */
export function request(known) {
  return {
    frame: 26,
    time: START + 0.0024,
    from: "192.168.1.10:6883",
    query: "get_peers",
    transaction_id: "cbed",
    response: { frame: 27, time: START + 0.0046, nodes: 8 },
    ...known,
  };
}

/**
 * A torrent of 48 pieces, all of them seen.
 * @param {Partial<TorrentRow>} [known]
 * @returns {TorrentRow}
 */
export function torrentRow(known) {
  return {
    info_hash: "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630",
    info_hash_v2: null,
    name: "sample-0-b54de2a6.bin",
    piece_length: 65536,
    piece_count: 48,
    total_size: 3145728,
    metadata_frame: 170,
    pieces: 48,
    bytes: 3145728,
    attributed_bytes: 0,
    contributors: 2,
    receivers: 1,
    connections: 3,
    first_frame: 178,
    first_time: START + 1,
    last_time: START + 7,
    ...known,
  };
}
