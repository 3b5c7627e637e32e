/**
 * The columns of the table of encrypted connections, and what else is known of one.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { EncryptedFlow, Source } from "../engine/types"
 */
import { instant, mebibytes, milliseconds, NONE, number, shortened, size } from "../base/format";
import { FrameNumber } from "../components/frame_number";

/** A judgement is never certain, however much speaks for it. */
const MOST = 99;

/** What the source did; a null of the table stands for no source. */
const SOURCES = /** @type {Record<Source, string>} */ ({
  tracker: "tracker’s answer",
  dht: "DHT answer",
  pex: "peer exchange",
  lsd: "local discovery",
  mdns: "mDNS announce",
  tracker_announce: "tracker announce",
  dht_announce: "DHT announce",
  handshake: "plain handshake",
  listen_port: "told port",
  magnet: "magnet link",
});

const STAGES = /** @type {Record<string, string>} */ ({
  midstream: "its beginning is not in the capture",
  key: "the first half of the key exchange",
  keys: "both halves of the key exchange",
  handshake: "the key exchange and what follows it",
});

/**
 * How likely it is encrypted BitTorrent, in per cent.
 * @param {EncryptedFlow} row
 */
export function percent({ confidence }) {
  return number(Math.min(Math.round(confidence * 100), MOST));
}

/** @param {Source} source */
export function sourceName(source) {
  return SOURCES[source];
}

/** @type {Column<EncryptedFlow>[]} */
export const ENCRYPTED_COLUMNS = [
  {
    key: "originator",
    title: "Opened by",
    meaning: "The end that opened the connection; where that is not in the capture, the end that was seen first.",
    text: (row) => row.originator,
    width: 152,
    rank: 3,
    code: true,
    line: 2,
  },
  {
    key: "responder",
    title: "To",
    meaning: "The other end.",
    text: (row) => row.responder,
    width: 152,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "transport",
    title: "Over",
    meaning: "How its bytes travelled: TCP, or uTP.",
    text: (row) => (row.transport === "utp" ? "uTP" : row.transport.toUpperCase()),
    width: 40,
    rank: 9,
  },
  {
    key: "confidence",
    title: "Confidence",
    unit: "%",
    meaning: "How likely the connection is encrypted BitTorrent: a judgement, whose reasons the detail lists.",
    text: percent,
    width: 96,
    rank: 2,
    figure: true,
  },
  {
    key: "info_hash",
    title: "Torrent",
    meaning: "The torrent it belongs to, by its info_hash; – where nothing names one, or several are possible.",
    text: (row) => (row.info_hash === null ? NONE : shortened(row.info_hash)),
    whole: (row) => row.info_hash,
    width: 112,
    rank: 4,
    code: true,
    line: 2,
  },
  {
    key: "source",
    title: "Named by",
    meaning: "What names an end of the connection for that torrent.",
    text: (row) => (row.source === null ? NONE : sourceName(row.source)),
    width: 136,
    rank: 5,
  },
  {
    key: "sent",
    title: "Sent",
    unit: "MiB",
    meaning: "What the end that opened it sent.",
    text: (row) => mebibytes(row.sent, 2),
    width: 72,
    rank: 7,
    figure: true,
  },
  {
    key: "received",
    title: "Received",
    unit: "MiB",
    meaning: "What that end got from the other.",
    text: (row) => mebibytes(row.received, 2),
    width: 92,
    rank: 6,
    figure: true,
  },
  {
    key: "first_frame",
    title: "First frame",
    meaning: "Its first frame with payload.",
    text: (row) => number(row.first_frame),
    frame: (row) => row.first_frame,
    width: 84,
    rank: 8,
    figure: true,
    rising: true,
  },
];

/**
 * What the table has no column for.
 * @param {EncryptedFlow} row
 * @returns {Fact[]}
 */
export function encryptedFacts(row) {
  return [
    { name: "Seen of it", value: STAGES[row.stage] ?? row.stage },
    { name: "Named in frame", value: <FrameNumber frame={row.named_frame} /> },
    { name: "From then to it, ms", value: milliseconds(row.delay), title: "Negative when it was named later" },
    { name: "Not in the capture", value: size(row.lost) },
    { name: "Last frame", value: <FrameNumber frame={row.last_frame} /> },
    { name: "First seen", value: instant(row.first_time) },
    { name: "Last seen", value: instant(row.last_time) },
  ];
}
