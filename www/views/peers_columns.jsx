/**
 * The columns of the table of DHT nodes.
 *
 * @import { Column } from "../components/columns"
 * @import { Node } from "../engine/types"
 */
import { milliseconds, number, shortened } from "../base/format";

/** @type {Column<Node>[]} */
export const NODE_COLUMNS = [
  {
    key: "node_id",
    title: "Node ID",
    meaning: "What the node calls itself in the DHT: 160 bits, in hex.",
    text: (row) => shortened(row.node_id),
    whole: (row) => row.node_id,
    width: 120,
    rank: 3,
    code: true,
    line: 2,
  },
  {
    key: "address",
    title: "Address",
    meaning: "Where the answers came from.",
    text: (row) => row.address,
    width: 132,
    grows: 1.5,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "port",
    title: "Port",
    meaning: "The UDP port that the answers came from.",
    text: (row) => String(row.port),
    width: 48,
    rank: 5,
    figure: true,
    code: true,
    rising: true,
  },
  {
    key: "client",
    title: "Client",
    meaning: "The program and its version, where the node tells it.",
    text: (row) => row.client ?? "not told",
    cell: (row) => row.client ?? <span class="absent">not told</span>,
    width: 96,
    rank: 6,
    line: 2,
  },
  {
    key: "responses",
    title: "Answers",
    meaning: "How many different queries the node answered. The original tool calls them connections.",
    text: (row) => number(row.responses),
    width: 72,
    rank: 2,
    figure: true,
  },
  {
    key: "delay",
    title: "Delay",
    unit: "ms",
    meaning: "Time from the first query to its answer; – when the query is not in the capture.",
    text: (row) => milliseconds(row.delay),
    width: 72,
    rank: 4,
    figure: true,
    rising: true,
  },
  {
    key: "first_frame",
    title: "First frame",
    meaning: "The frame of the first answer.",
    text: (row) => number(row.first_frame),
    frame: (row) => row.first_frame,
    width: 84,
    rank: 7,
    figure: true,
    rising: true,
  },
  {
    key: "last_frame",
    title: "Last frame",
    meaning: "The frame of the last answer.",
    text: (row) => number(row.last_frame),
    frame: (row) => row.last_frame,
    width: 84,
    rank: 8,
    figure: true,
    rising: true,
  },
];
