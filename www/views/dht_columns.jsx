/**
 * The columns of the table of DHT lookups, and what else is known of one.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { LookupRow } from "../engine/types"
 */
import { clock, duration, instant, milliseconds, number, shortened } from "../base/format";
import { FrameNumber } from "../components/frame_number";

/** @type {Column<LookupRow>[]} */
export const LOOKUP_COLUMNS = [
  {
    key: "first_frame",
    title: "Began",
    meaning: "When the first query was captured, in your time zone. In this order, frames are in theirs.",
    text: (row) => clock(row.first_time),
    whole: (row) => `${instant(row.first_time)}, frame ${number(row.first_frame)}`,
    frame: (row) => row.first_frame,
    width: 72,
    rank: 6,
    rising: true,
    line: 2,
  },
  {
    key: "asker",
    title: "Asker",
    meaning: "Who asked.",
    text: (row) => row.asker,
    width: 152,
    grows: 1.5,
    rank: 3,
    code: true,
    line: 2,
  },
  {
    key: "query",
    title: "Query",
    meaning: "What was asked for: nodes near a target, peers of a torrent, an item, or samples of what others store.",
    text: (row) => row.query,
    width: 104,
    rank: 5,
    line: 2,
  },
  {
    key: "target",
    title: "Target",
    meaning: "What was looked for; clients may ask each node for a slightly different one, and this is the first.",
    text: (row) => shortened(row.target) + (row.targets > 1 ? " …" : ""),
    whole: (row) => row.target,
    width: 120,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "queries",
    title: "Queries",
    meaning: "Queries of the lookup.",
    text: (row) => number(row.queries),
    width: 64,
    rank: 2,
    figure: true,
  },
  {
    key: "answers",
    title: "Answers",
    meaning: "How many of them were answered.",
    text: (row) => number(row.answers),
    width: 72,
    rank: 3,
    figure: true,
  },
  {
    key: "peers",
    title: "Peers",
    meaning: "Peers that the answers name, repeated ones included.",
    text: (row) => number(row.peers),
    width: 56,
    rank: 4,
    figure: true,
  },
  {
    key: "closest_bits",
    title: "Closest",
    unit: "bits",
    meaning: "Leading bits that the closest node that answered shares with the target: each more is half the distance.",
    text: (row) => number(row.closest_bits),
    width: 84,
    rank: 5,
    figure: true,
  },
  {
    key: "duration",
    title: "Took",
    unit: "ms",
    meaning: "From the first query to the last query or answer.",
    text: (row) => milliseconds(row.duration),
    width: 72,
    rank: 7,
    figure: true,
  },
];

/**
 * What the table has no column for.
 * @param {LookupRow} row
 * @returns {Fact[]}
 */
export function lookupFacts(row) {
  return [
    { name: "First frame", value: <FrameNumber frame={row.first_frame} /> },
    { name: "Targets asked for", value: number(row.targets), title: "More than one in a blurred lookup" },
    { name: "Last seen", value: `${instant(row.last_time)}, after ${duration(row.duration)}` },
  ];
}
