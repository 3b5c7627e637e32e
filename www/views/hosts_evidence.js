/**
 * How well it is known that a host runs BitTorrent, as a ladder: what it did, from the weakest proof to the strongest.
 *
 * @import { Evidence, EvidenceKind, Host } from "../engine/types"
 */

const NAMES = /** @type {Record<EvidenceKind, string>} */ ({
  handshake: "handshake",
  peer_messages: "peer messages",
  blocks: "sent blocks",
  dht_query: "DHT queries",
  dht_response: "DHT answers",
  tracker_announce: "tracker announces",
  dht_announce: "DHT announces",
  lsd_announce: "local announces",
  mdns_announce: "announces by mDNS",
  encrypted_flow: "encrypted flows",
});

/**
 * The rungs, the weakest first.
 * @type {{ word: string, meaning: string, kinds: EvidenceKind[] }[]}
 */
export const RUNGS = [
  {
    word: "encrypted",
    meaning: "It has encrypted connections with what is known to be a peer: likely, not certain.",
    kinds: ["encrypted_flow"],
  },
  { word: "DHT", meaning: "It spoke with DHT nodes.", kinds: ["dht_query", "dht_response"] },
  {
    word: "announced",
    meaning: "It told trackers, the DHT or its network which torrents it takes part in.",
    kinds: ["tracker_announce", "dht_announce", "lsd_announce", "mdns_announce"],
  },
  { word: "handshake", meaning: "It said hello to a peer.", kinds: ["handshake"] },
  { word: "peer messages", meaning: "It went on and spoke with peers.", kinds: ["peer_messages"] },
  { word: "sent blocks", meaning: "It sent blocks of pieces.", kinds: ["blocks"] },
];

/**
 * What a host did, in words.
 * @param {Evidence} evidence
 */
export function evidenceName({ kind }) {
  return NAMES[kind];
}

/**
 * The highest rung that a host reached, from 1; 0 for none.
 * @param {Host} host
 */
export function rungOf({ evidence }) {
  const done = evidence.map(({ kind }) => kind);
  return RUNGS.findLastIndex(({ kinds }) => kinds.some((kind) => done.includes(kind))) + 1;
}

/**
 * Everything that a host did, in words.
 * @param {Host} host
 */
export function evidenceOf({ evidence }) {
  return evidence.length === 0 ? "none in this capture" : evidence.map(evidenceName).join(", ");
}
