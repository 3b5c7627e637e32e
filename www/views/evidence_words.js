/**
 * The ladder of evidence in words: six rungs, the weakest first, the same for peers, hosts, torrents and pieces.
 *
 * @import { EvidenceKind, EvidenceRung } from "../engine/types"
 */

/** @type {{ rung: EvidenceRung, word: string, meaning: string }[]} */
export const RUNGS = [
  { rung: "listed", word: "listed", meaning: "A third party named it: a tracker, a DHT node, a peer." },
  { rung: "contacted", word: "contacted", meaning: "There was a connection with it." },
  { rung: "handshake", word: "handshake", meaning: "It sent a handshake." },
  { rung: "claims_pieces", word: "claims pieces", meaning: "It said that it has pieces." },
  { rung: "sent_blocks", word: "sent blocks", meaning: "It sent blocks of pieces." },
  { rung: "blocks_verified", word: "verified", meaning: "Bytes that it sent are of pieces that fit their hashes." },
];

/** What is no rung. */
export const KINDS = /** @type {Record<EvidenceKind, string>} */ ({
  handshake: "handshake",
  peer_messages: "peer messages",
  claims_pieces: "claims of pieces",
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
 * Which rung of the ladder that is, from 1, and its word.
 * @param {EvidenceRung} rung
 */
export function rungTold(rung) {
  const at = RUNGS.findIndex((one) => one.rung === rung);
  return { reached: at + 1, word: RUNGS[at].word };
}
