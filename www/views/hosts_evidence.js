/**
 * How well it is known that a host runs BitTorrent, as far as its row tells: what it did itself.
 *
 * @import { EvidenceKind, Host } from "../engine/types"
 */
import { KINDS, RUNGS } from "./evidence_words";

/** What shows which rung, the strongest first. @type {[number, EvidenceKind][]} */
const SHOWN_BY = [
  [5, "blocks"],
  [4, "claims_pieces"],
  [3, "handshake"],
  [2, "peer_messages"],
];

/** What is no rung, the surest first, in a word. @type {[string, EvidenceKind[]][]} */
const BESIDE = [
  ["announced", ["tracker_announce", "dht_announce", "lsd_announce", "mdns_announce"]],
  ["encrypted", ["encrypted_flow"]],
  ["DHT", ["dht_query", "dht_response"]],
];

/**
 * The highest rung that a host reached, from 1; 0 for none.
 * @param {Host} host
 */
export function rungOf({ evidence }) {
  const done = evidence.map(({ kind }) => kind);
  return SHOWN_BY.find(([, kind]) => done.includes(kind))?.[0] ?? 0;
}

/**
 * The word of that rung; of who reached none, what stands beside the ladder.
 * @param {Host} host
 */
export function rungWord(host) {
  const reached = rungOf(host);
  if (reached > 0) return RUNGS[reached - 1].word;
  const beside = BESIDE.find(([, kinds]) => host.evidence.some(({ kind }) => kinds.includes(kind)));
  return beside?.[0] ?? "not seen";
}

/**
 * Everything that a host did, in words.
 * @param {Host} host
 */
export function evidenceOf({ evidence }) {
  return evidence.length === 0 ? "none in this capture" : evidence.map(({ kind }) => KINDS[kind]).join(", ");
}
