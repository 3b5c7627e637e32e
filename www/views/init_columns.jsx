/**
 * The columns of the bootstrap table.
 *
 * @import { Column } from "../components/columns"
 * @import { BootstrapRow } from "../engine/types"
 */
import { milliseconds, NONE, number } from "../base/format";

/** @type {Column<BootstrapRow>[]} */
export const BOOTSTRAP_COLUMNS = [
  {
    key: "name",
    title: "Bootstrap name",
    meaning: "The well-known name that the client looked up to find its first DHT nodes.",
    text: (row) => row.name,
    width: 176,
    rank: 1,
    line: 1,
  },
  {
    key: "address",
    title: "Address",
    meaning: "An address that a DNS answer gave for the name; a name with several has a row for each.",
    text: (row) => row.address,
    width: 132,
    rank: 2,
    code: true,
    line: 2,
  },
  {
    key: "port",
    title: "Port",
    meaning: "The UDP port that the first request went to.",
    text: (row) => (row.port === null ? NONE : String(row.port)),
    width: 48,
    rank: 8,
    figure: true,
    code: true,
    rising: true,
  },
  {
    key: "dns_frame",
    title: "DNS frame",
    meaning: "The frame with the DNS answer.",
    text: (row) => number(row.dns_frame),
    frame: (row) => row.dns_frame,
    width: 72,
    rank: 9,
    figure: true,
    rising: true,
  },
  {
    key: "requests",
    title: "Requests",
    meaning:
      "How many initial requests went to the address: the client's DHT queries to it before its routing table fills.",
    text: (row) => number(row.requests),
    width: 64,
    rank: 5,
    figure: true,
  },
  {
    key: "transaction_ids",
    title: "Transaction ID",
    meaning: "What tells the requests apart, in hex, one each; the answer repeats it.",
    text: (row) => row.transaction_ids.join(" ") || NONE,
    width: 96,
    rank: 7,
    code: true,
  },
  {
    key: "query",
    title: "Query",
    meaning: "What the first request asked for.",
    text: (row) => row.query ?? NONE,
    width: 88,
    rank: 6,
    line: 2,
  },
  {
    key: "request_frame",
    title: "Request frame",
    meaning: "The frame of the first request.",
    text: (row) => number(row.request_frame),
    frame: (row) => row.request_frame,
    width: 96,
    rank: 10,
    figure: true,
    rising: true,
  },
  {
    key: "nodes",
    title: "Nodes given",
    meaning: "How many DHT nodes the first answer named. “no response”: a request went out and nothing came back.",
    text: nodesGiven,
    cell: (row) =>
      row.nodes === null && row.requests > 0 ? <span class="lost">{nodesGiven(row)}</span> : nodesGiven(row),
    width: 104,
    rank: 3,
    figure: true,
  },
  {
    key: "delay",
    title: "Delay",
    unit: "ms",
    meaning: "Time from the request that was answered first to its answer.",
    text: (row) => milliseconds(row.delay),
    width: 64,
    rank: 4,
    figure: true,
    rising: true,
  },
  {
    key: "answer_frame",
    title: "Answer frame",
    meaning: "The frame of the first answer.",
    text: (row) => number(row.answer_frame),
    frame: (row) => row.answer_frame,
    width: 92,
    rank: 11,
    figure: true,
    rising: true,
  },
];

/** @param {BootstrapRow} row */
function nodesGiven(row) {
  if (row.requests === 0) return "not asked";
  return row.nodes === null ? "no response" : number(row.nodes);
}
