/**
 * The ladder of evidence in words: six rungs, the weakest first, the same for peers, hosts, torrents and pieces.
 *
 * @import { EvidenceAnswer, EvidenceKind, EvidenceRung } from "../engine/types"
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
  requests: "requests for it",
  encrypted_flow: "encrypted flows",
});

/** What rungs are called, and mean, of a piece. @type {Partial<Record<EvidenceRung, { word: string, meaning: string }>>} */
const OF_PIECES = {
  claims_pieces: { word: "had, as peers say", meaning: "Peers said that they have it." },
  sent_blocks: { word: "blocks sent", meaning: "Peers or web seeds sent blocks of it." },
  blocks_verified: { word: "verified", meaning: "Its bytes fit its hash." },
};

/**
 * The rungs on which a claim may stand, in words, and what is said of one that it does not reach.
 * @param {EvidenceAnswer} answer
 */
export function rungsOf({ rungs, looked_for: lookedFor }) {
  const own = RUNGS.filter(({ rung }) => rungs.includes(rung));
  return own.map((one) => {
    const unseen = one.rung === "blocks_verified" ? "not checked" : "not looked for";
    const words = own.length < RUNGS.length ? OF_PIECES[one.rung] : {};
    return { ...one, ...words, absent: lookedFor.includes(one.rung) ? "not seen in this capture" : unseen };
  });
}

/**
 * Which rung of the ladder that is, from 1, and its word.
 * @param {EvidenceRung} rung
 */
export function rungTold(rung) {
  const at = RUNGS.findIndex((one) => one.rung === rung);
  return { reached: at + 1, word: RUNGS[at].word };
}
