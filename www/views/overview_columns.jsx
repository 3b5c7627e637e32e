/**
 * The columns of the table of hosts on the overview.
 *
 * @import { Column } from "../components/columns"
 * @import { EvidenceKind, Host } from "../engine/types"
 */
import { clock, instant, mebibytes, NONE, number } from "../base/format";
import { evidenceName } from "./hosts_evidence";

/** What a host did, most first, in a word or two. @type {[EvidenceKind[], string][]} */
const DEEDS = [
  [["peer_messages", "encrypted_flow"], "exchanged data"],
  [["handshake"], "sent handshakes"],
  [["dht_query", "dht_response"], "used the DHT"],
];

/** @param {Host} row */
function deed({ evidence }) {
  const most = DEEDS.find(([kinds]) => evidence.some(({ kind }) => kinds.includes(kind)));
  return most?.[1] ?? "announced itself";
}

/** @param {Host} row */
function clientOf({ clients }) {
  return clients[0] ?? "not known";
}

/** @type {Column<Host>[]} */
export const OVERVIEW_HOST_COLUMNS = [
  {
    key: "address",
    title: "Host",
    meaning: "Its address.",
    text: (row) => row.address,
    width: 156,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "clients",
    title: "Client",
    meaning: "The first program that it says it runs.",
    text: clientOf,
    whole: (row) => row.clients.join(", ") || null,
    cell: (row) => (row.clients.length > 0 ? clientOf(row) : <span class="absent">not known</span>),
    width: 148,
    rank: 3,
    line: 2,
  },
  {
    key: "evidence",
    title: "Evidence",
    meaning: "The most that it did of what only BitTorrent does; its detail has all of it.",
    text: deed,
    whole: (row) => row.evidence.map(evidenceName).join(", "),
    width: 136,
    rank: 4,
    line: 2,
  },
  {
    key: "torrent_count",
    title: "Torrents",
    meaning: "How many torrents it is known to take part in.",
    text: (row) => (row.torrents.length > 0 ? number(row.torrents.length) : NONE),
    whole: (row) => row.torrents.join(" ") || null,
    width: 68,
    rank: 5,
    figure: true,
  },
  {
    key: "received",
    title: "Down",
    unit: "MiB",
    meaning: "Bytes of BitTorrent that it got.",
    text: (row) => mebibytes(row.received),
    width: 92,
    rank: 2,
    figure: true,
  },
  {
    key: "sent",
    title: "Up",
    unit: "MiB",
    meaning: "Bytes of BitTorrent that it sent.",
    text: (row) => mebibytes(row.sent),
    width: 68,
    rank: 2,
    figure: true,
  },
  {
    key: "first_frame",
    title: "First seen",
    meaning: "When its first frame was captured.",
    text: (row) => clock(row.first_time),
    whole: (row) => instant(row.first_time),
    width: 84,
    rank: 6,
    figure: true,
    rising: true,
  },
];
