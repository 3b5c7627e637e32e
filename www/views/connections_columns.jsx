/**
 * The columns of the table of connections.
 *
 * @import { Column } from "../components/columns"
 * @import { Connection } from "../engine/types"
 */
import { clock, instant, kibibytes, milliseconds, NONE, number, shortened, size } from "../base/format";

/** @type {Record<string, string>} */
const TRANSPORTS = { tcp: "TCP", utp: "uTP" };

/** How a connection ended, in a word. @type {Record<string, string>} */
const ENDINGS = { fin: "closed", reset: "reset", open: "still open", unseen: "not seen" };

/** Microseconds in a second. */
const MICRO = 1e6;

/** @param {number | null} micros */
export function ms(micros) {
  return milliseconds(micros === null ? null : micros / MICRO);
}

/** @param {Connection} row */
export function isEncrypted({ protocol, encryption }) {
  return protocol === "encrypted" || encryption === "rc4";
}

/** @param {Connection} row */
export function transportOf({ transport }) {
  return TRANSPORTS[transport] ?? transport;
}

/** @param {Connection} row */
function lostOf({ sent, received }) {
  if (sent.lost_packets !== null && received.lost_packets !== null) {
    const packets = sent.lost_packets + received.lost_packets;
    return packets === 0 ? "0" : `${number(packets)} packets`;
  }
  if (sent.lost_bytes === null || received.lost_bytes === null) return NONE;
  const bytes = sent.lost_bytes + received.lost_bytes;
  return bytes === 0 ? "0" : size(bytes);
}

/**
 * What the end that got more of blocks asked for, or else the end that asked for more, as the table's cells have it.
 * @param {Connection} row
 */
function askerOf({ originator_asked: first, responder_asked: second, sent, received }) {
  if (first === null || second === null) return null;
  if (received.block_bytes !== sent.block_bytes) return received.block_bytes > sent.block_bytes ? first : second;
  return first.requests >= second.requests ? first : second;
}

/** @param {number | null} share from 0 to 1 */
function percent(share) {
  return share === null ? NONE : number(share * 100, share < 0.1 && share > 0 ? 1 : 0);
}

/** @type {Column<Connection>[]} */
export const CONNECTION_COLUMNS = [
  {
    key: "first_seen",
    title: "Began",
    meaning: "When its first packet was captured, in your time zone.",
    text: (row) => clock(row.first_seen),
    whole: (row) => `${instant(row.first_seen)}, frame ${number(row.first_frame)}`,
    frame: (row) => row.first_frame,
    width: 64,
    rank: 7,
    rising: true,
    line: 2,
  },
  {
    key: "transport",
    title: "Over",
    meaning: "How its bytes travelled, TCP or uTP, and whether they are encrypted.",
    text: (row) => transportOf(row) + (isEncrypted(row) ? ", encrypted" : ""),
    width: 108,
    rank: 6,
    line: 2,
  },
  {
    key: "originator",
    title: "Opened by",
    meaning: "The end that opened the connection; where that is not in the capture, the end that was seen first.",
    text: (row) => row.originator,
    width: 152,
    grows: 1.2,
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
    grows: 1.2,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "info_hash",
    title: "Torrent",
    meaning: "The torrent by its info_hash; that of an encrypted connection is the most likely one.",
    text: (row) => (row.info_hash === null ? NONE : shortened(row.info_hash)),
    whole: (row) => row.info_hash,
    width: 108,
    rank: 8,
    code: true,
  },
  {
    key: "sent",
    title: "Sent",
    unit: "KiB",
    meaning: "Payload that the end that opened it sent, repeated bytes left out.",
    text: (row) => kibibytes(row.sent.bytes),
    width: 72,
    rank: 2,
    figure: true,
  },
  {
    key: "received",
    title: "Received",
    unit: "KiB",
    meaning: "Payload that that end got from the other, repeated bytes left out.",
    text: (row) => kibibytes(row.received.bytes),
    width: 92,
    rank: 2,
    figure: true,
  },
  {
    key: "round_trip_micros",
    title: "Round trip",
    unit: "ms",
    meaning: "How long its opening took to the other end and back; – where a packet of it is missing or came twice.",
    text: (row) => ms(row.round_trip_micros),
    width: 96,
    rank: 5,
    figure: true,
    rising: true,
  },
  {
    key: "request_latency",
    title: "Latency",
    unit: "ms",
    meaning: "How long half of the requests waited at most for their block to begin, of the end that got more blocks.",
    text: (row) => milliseconds(askerOf(row)?.median_latency ?? null),
    width: 72,
    rank: 8.2,
    figure: true,
    rising: true,
  },
  {
    key: "pipeline",
    title: "Pipeline",
    meaning: "The most requests of that end that were open at one time.",
    text: (row) => (askerOf(row)?.requests ? number(askerOf(row)?.pipeline ?? 0) : NONE),
    width: 72,
    rank: 9.2,
    figure: true,
  },
  {
    key: "choked_share",
    title: "Choked",
    unit: "%",
    meaning: "The share of the time in which the other end let that end ask for nothing.",
    text: (row) => percent(askerOf(row)?.choked_share ?? null),
    width: 72,
    rank: 9.4,
    figure: true,
  },
  {
    key: "repeated",
    title: "Repeated",
    meaning: "Packets of both directions that were sent again, or came twice.",
    text: (row) => number(row.sent.repeated_packets + row.received.repeated_packets),
    width: 72,
    rank: 4,
    figure: true,
  },
  {
    key: "lost_packets",
    title: "Not captured",
    meaning: "What both ends sent and the capture lacks: packets of uTP, which numbers them, and bytes of TCP.",
    text: lostOf,
    width: 96,
    rank: 4,
    figure: true,
  },
  {
    key: "ended",
    title: "End",
    meaning: "Closed by an end, reset by an end, still open when the capture ended, or its end was not seen.",
    text: (row) => ENDINGS[row.ended] ?? row.ended,
    width: 68,
    rank: 9,
  },
];
