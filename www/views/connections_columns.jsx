/**
 * The columns of the table of connections, and what else is known of one.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { Connection } from "../engine/types"
 */
import { instant, kibibytes, milliseconds, number, size } from "../base/format";

/** @type {Record<string, string>} */
const TRANSPORTS = { tcp: "TCP", utp: "uTP" };

/** Microseconds in a second. */
const MICRO = 1e6;

/** @param {number | null} micros */
function ms(micros) {
  return milliseconds(micros === null ? null : micros / MICRO);
}

/**
 * @param {number | null} one
 * @param {number | null} other
 */
function sum(one, other) {
  return one === null || other === null ? null : one + other;
}

/** @type {Column<Connection>[]} */
export const CONNECTION_COLUMNS = [
  {
    key: "transport",
    title: "Over",
    meaning: "How its bytes travelled: TCP or uTP.",
    text: (row) => TRANSPORTS[row.transport] ?? row.transport,
    width: 56,
    rank: 6,
  },
  {
    key: "originator",
    title: "Opened by",
    meaning: "The end that opened the connection; where that is not in the capture, the end that was seen first.",
    text: (row) => row.originator,
    width: 152,
    grows: 1.5,
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
    grows: 1.5,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "packets",
    title: "Packets",
    meaning: "Packets of both directions, repeated ones too.",
    text: (row) => number(row.sent.packets + row.received.packets),
    width: 72,
    rank: 5,
    figure: true,
  },
  {
    key: "sent",
    title: "Sent",
    unit: "KiB",
    meaning: "Payload that the end that opened it sent, each packet’s once.",
    text: (row) => kibibytes(row.sent.bytes),
    width: 72,
    rank: 2,
    figure: true,
  },
  {
    key: "received",
    title: "Received",
    unit: "KiB",
    meaning: "Payload that that end got from the other, each packet’s once.",
    text: (row) => kibibytes(row.received.bytes),
    width: 92,
    rank: 2,
    figure: true,
  },
  {
    key: "sent_delay_micros",
    title: "Delay sent",
    unit: "ms",
    meaning:
      "What packets to the other end took above the fastest one, on average: queues on the way. – where nobody said.",
    text: (row) => ms(row.sent.mean_delay_micros),
    width: 104,
    rank: 6,
    figure: true,
  },
  {
    key: "received_delay_micros",
    title: "Delay received",
    unit: "ms",
    meaning: "The same of packets from the other end.",
    text: (row) => ms(row.received.mean_delay_micros),
    width: 128,
    rank: 7,
    figure: true,
  },
  {
    key: "repeated",
    title: "Repeated",
    meaning: "Packets of both directions that were sent again, or came twice.",
    text: (row) => number(row.sent.repeated_packets + row.received.repeated_packets),
    width: 76,
    rank: 4,
    figure: true,
  },
  {
    key: "lost_packets",
    title: "Not captured",
    meaning:
      "Packets of both directions that are not in the capture, though their numbers say that they were sent. – for TCP, which numbers bytes.",
    text: (row) => number(sum(row.sent.lost_packets, row.received.lost_packets)),
    width: 96,
    rank: 4,
    figure: true,
  },
];

/**
 * The directions one by one.
 * @param {Connection} row
 * @returns {{ title: string, facts: Fact[] }[]}
 */
export function directionsOf({ originator, responder, sent, received }) {
  return [
    { title: `From ${originator}`, facts: trafficFacts(sent) },
    { title: `From ${responder}`, facts: trafficFacts(received) },
  ];
}

/**
 * What the table has no column for.
 * @param {Connection} row
 * @returns {Fact[]}
 */
export function connectionFacts(row) {
  return [{ name: "Last seen", value: instant(row.last_seen) }];
}

/**
 * @param {Connection["sent"]} traffic
 * @returns {Fact[]}
 */
function trafficFacts(traffic) {
  return [
    { name: "Packets", value: number(traffic.packets) },
    { name: "Payload", value: size(traffic.bytes) },
    { name: "Repeated", value: number(traffic.repeated_packets) },
    traffic.lost_packets === null
      ? { name: "Not captured", value: size(traffic.lost_bytes) }
      : { name: "Not captured, packets", value: number(traffic.lost_packets) },
    { name: "Delay, mean, ms", value: ms(traffic.mean_delay_micros) },
    { name: "Delay, most, ms", value: ms(traffic.highest_delay_micros) },
  ];
}
