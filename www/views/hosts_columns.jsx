/**
 * The columns of the table of hosts, and what else is known of one.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { Evidence, EvidenceKind, Host } from "../engine/types"
 */
import { instant, mebibytes, NONE, number, shortened } from "../base/format";

const EVIDENCE = /** @type {Record<EvidenceKind, string>} */ ({
  handshake: "handshake",
  peer_messages: "peer messages",
  dht_query: "DHT queries",
  dht_response: "DHT answers",
  tracker_announce: "tracker announces",
  dht_announce: "DHT announces",
  lsd_announce: "local announces",
  mdns_announce: "announces by mDNS",
  encrypted_flow: "encrypted flows",
});

/**
 * What a host did, in words.
 * @param {Evidence} evidence
 */
export function evidenceName({ kind }) {
  return EVIDENCE[kind];
}

/** @param {Host} row */
function evidenceOf({ evidence }) {
  return evidence.length === 0 ? "none in this capture" : evidence.map(evidenceName).join(", ");
}

/** @type {Column<Host>[]} */
export const HOST_COLUMNS = [
  {
    key: "address",
    title: "Host",
    meaning: "Its address.",
    text: (row) => row.address,
    width: 120,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "local",
    title: "Where",
    meaning: "Local: on the network, or the host, where the capture was made; remote: elsewhere.",
    text: (row) => (row.local ? "local" : "remote"),
    width: 56,
    rank: 5,
    line: 2,
  },
  {
    key: "bittorrent",
    title: "BitTorrent",
    meaning: "Whether it did something that only BitTorrent does. “Not seen” is no proof that it runs none.",
    text: (row) => (row.bittorrent ? "yes" : "not seen"),
    cell: (row) => (row.bittorrent ? "yes" : <span class="absent">not seen</span>),
    width: 72,
    rank: 2,
    line: 2,
  },
  {
    key: "evidence",
    title: "Evidence",
    meaning: "What it did that only BitTorrent does. What others say of a host is no evidence.",
    text: evidenceOf,
    cell: (row) => (row.evidence.length > 0 ? evidenceOf(row) : <span class="absent">{evidenceOf(row)}</span>),
    width: 216,
    grows: 2.5,
    rank: 4,
    line: 2,
  },
  {
    key: "clients",
    title: "Client",
    meaning: "The programs that it says it runs.",
    text: (row) => (row.clients.length > 0 ? row.clients.join(", ") : NONE),
    width: 144,
    rank: 6,
  },
  {
    key: "torrents",
    title: "Torrents",
    meaning: "Torrents that it takes part in; the table names one, and how many more there are.",
    text: (row) => torrentsTold(row.torrents),
    whole: (row) => (row.torrents.length > 0 ? row.torrents.join(" ") : NONE),
    width: 144,
    rank: 7,
    code: true,
  },
  {
    key: "sent",
    title: "Sent",
    unit: "MiB",
    meaning: "Bytes of BitTorrent that it sent.",
    text: (row) => mebibytes(row.sent, 2),
    width: 72,
    rank: 3,
    figure: true,
  },
  {
    key: "received",
    title: "Received",
    unit: "MiB",
    meaning: "Bytes of BitTorrent that it got.",
    text: (row) => mebibytes(row.received, 2),
    width: 92,
    rank: 3,
    figure: true,
  },
  {
    key: "first_frame",
    title: "First frame",
    meaning: "The first frame that it sent.",
    text: (row) => number(row.first_frame),
    width: 84,
    rank: 8,
    figure: true,
    rising: true,
  },
];

/**
 * What the table has no column for.
 * @param {Host} row
 * @returns {Fact[]}
 */
export function hostFacts(row) {
  return [
    { name: "Last frame", value: number(row.last_frame) },
    { name: "First seen", value: instant(row.first_time) },
    { name: "Last seen", value: instant(row.last_time) },
  ];
}

/** @param {string[]} torrents */
function torrentsTold(torrents) {
  if (torrents.length === 0) return NONE;
  const more = torrents.length - 1;
  return shortened(torrents[0]) + (more > 0 ? ` +${number(more)}` : "");
}
