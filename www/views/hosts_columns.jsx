/**
 * The columns of the table of hosts, and what else is known of one.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { Host } from "../engine/types"
 */
import { clock, instant, mebibytes, NONE, number, shortened, size } from "../base/format";
import { FrameNumber } from "../components/frame_number";
import { Rungs } from "../components/rungs";
import { Spark } from "../components/spark";
import { evidenceOf, rungOf, rungWord } from "./hosts_evidence";

const SPARK = 144;

/**
 * How much of what a host exchanged with peers is encrypted, from 0 to 1; null where it exchanged nothing.
 * @param {Host} host
 */
export function encryptedShare({ tcp, utp, encrypted }) {
  return tcp + utp > 0 ? encrypted / (tcp + utp) : null;
}

/** @param {Host} row */
function encryptedTold(row) {
  const share = encryptedShare(row);
  return share === null ? NONE : number(share * 100, 1);
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
    width: 52,
    rank: 7,
  },
  {
    key: "clients",
    title: "Client",
    meaning: "The programs that it says it runs.",
    text: (row) => (row.clients.length > 0 ? row.clients.join(", ") : "not known"),
    cell: (row) => (row.clients.length > 0 ? row.clients.join(", ") : <span class="absent">not known</span>),
    width: 120,
    grows: 1.4,
    rank: 6,
    line: 2,
  },
  {
    key: "evidence",
    title: "Evidence",
    meaning:
      "What it did that only BitTorrent does, the strongest of it; the bars show how strong that is. What others say of a host is no evidence.",
    text: rungWord,
    cell: (row) => <Rungs reached={rungOf(row)} word={rungWord(row)} />,
    whole: evidenceOf,
    width: 144,
    rank: 2,
    line: 2,
  },
  {
    key: "torrent_count",
    title: "Torrents",
    meaning: "How many torrents it takes part in.",
    text: (row) => (row.torrents.length > 0 ? number(row.torrents.length) : NONE),
    width: 56,
    rank: 8,
    figure: true,
  },
  {
    key: "peers",
    title: "Peers",
    meaning: "Hosts with which it exchanged messages of peers.",
    text: (row) => (row.peers > 0 ? number(row.peers) : NONE),
    width: 44,
    rank: 9,
    figure: true,
  },
  {
    key: "received",
    title: "Down",
    unit: "MiB",
    meaning: "Bytes of BitTorrent that it got, the DHT's and trackers' too.",
    text: (row) => mebibytes(row.received, 2),
    width: 72,
    rank: 3,
    figure: true,
  },
  {
    key: "sent",
    title: "Up",
    unit: "MiB",
    meaning: "Bytes of BitTorrent that it sent, the DHT's and trackers' too.",
    text: (row) => mebibytes(row.sent, 2),
    width: 60,
    rank: 4,
    figure: true,
  },
  {
    key: "exchanged",
    title: "Rate, own scale",
    meaning:
      "Bytes exchanged with peers over the whole capture: down above the line, up below it, hatched where all is encrypted. Local hosts only.",
    text: (row) => (row.series === null ? NONE : `${size(row.tcp + row.utp)} over the capture`),
    cell: (row) =>
      row.series && (
        <Spark
          sent={row.series.sent}
          received={row.series.received}
          hatched={encryptedShare(row) === 1}
          width={SPARK}
        />
      ),
    width: SPARK,
    rank: 5,
  },
  {
    key: "encrypted_share",
    title: "Encrypted",
    unit: "%",
    meaning: "The share of what it exchanged with peers that is encrypted, as it seems.",
    text: encryptedTold,
    width: 80,
    rank: 10,
    figure: true,
  },
  {
    key: "listen_ports",
    title: "Port",
    meaning: "The port on which it says that it takes connections; of several, the first, and how many more.",
    text: (row) => portsTold(row.listen_ports),
    whole: (row) => row.listen_ports.join(", ") || NONE,
    width: 52,
    rank: 11,
    figure: true,
    code: true,
    rising: true,
  },
  {
    key: "first_frame",
    title: "First seen",
    meaning: "When the first frame was captured that it sent.",
    text: (row) => clock(row.first_time),
    whole: (row) => instant(row.first_time),
    width: 68,
    rank: 12,
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
    ...row.torrents.map((torrent, index) => ({
      name: index === 0 ? "Takes part in" : `Torrent ${index + 1}`,
      value: shortened(torrent),
      whole: torrent,
      code: true,
    })),
    { name: "Over TCP", value: size(row.tcp), whole: String(row.tcp) },
    { name: "Over uTP", value: size(row.utp), whole: String(row.utp) },
    { name: "Of these, encrypted", value: size(row.encrypted), whole: String(row.encrypted) },
    ...row.trackers.map((tracker, index) => ({
      name: index === 0 ? "Asked trackers" : `Tracker ${index + 1}`,
      value: tracker,
      whole: tracker,
      code: true,
    })),
    { name: "First frame", value: <FrameNumber frame={row.first_frame} />, whole: String(row.first_frame) },
    { name: "Last frame", value: <FrameNumber frame={row.last_frame} />, whole: String(row.last_frame) },
    { name: "Last seen", value: instant(row.last_time) },
  ];
}

/** @param {number[]} ports */
function portsTold([first, ...others]) {
  if (first === undefined) return NONE;
  return `${first}${others.length > 0 ? ` +${others.length}` : ""}`;
}
