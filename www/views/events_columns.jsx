/**
 * The columns of the table of events, and what is known of a rung of the ladder.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { EventRow, Rung } from "../engine/types"
 * @import { LadderHead } from "../state/events"
 */
import { instant, milliseconds, moment, NONE, number, size } from "../base/format";
import { FrameNumber } from "../components/frame_number";

/** @type {Column<EventRow>[]} */
export const EVENT_COLUMNS = [
  {
    key: "frame",
    title: "Frame",
    meaning: "The frame in which it begins.",
    text: (row) => number(row.frame),
    frame: (row) => row.frame,
    width: 64,
    rank: 5,
    figure: true,
  },
  {
    key: "time",
    title: "Time",
    meaning: "When that was captured, in your time zone.",
    text: (row) => moment(row.time),
    whole: (row) => (row.time === null ? null : `${instant(row.time)}, exactly ${moment(row.time)}`),
    width: 116,
    rank: 4,
    line: 2,
  },
  {
    key: "source",
    title: "From",
    meaning: "Who sent it.",
    text: (row) => row.source ?? NONE,
    width: 156,
    rank: 6,
    code: true,
    line: 2,
  },
  {
    key: "destination",
    title: "To",
    meaning: "To whom.",
    text: (row) => row.destination ?? NONE,
    width: 156,
    rank: 7,
    code: true,
  },
  {
    key: "protocol",
    title: "Protocol",
    meaning: "The protocol, or the extension of the peer wire protocol; “unread” for bytes that are in no message.",
    text: (row) => row.extension ?? row.protocol,
    width: 92,
    rank: 8,
    line: 2,
  },
  {
    key: "name",
    title: "Message",
    meaning: "The message’s name in the protocol.",
    text: (row) => row.name,
    width: 108,
    rank: 3,
  },
  {
    key: "text",
    title: "What it says",
    meaning: "The message in one line.",
    text: (row) => row.text,
    whole: (row) => row.text,
    width: 180,
    grows: 6,
    rank: 1,
    line: 1,
  },
  {
    key: "bytes",
    title: "Bytes",
    meaning: "Payload bytes that it accounts for.",
    text: (row) => number(row.bytes),
    width: 60,
    rank: 2,
    figure: true,
  },
];

/**
 * What the table has no column for.
 * @param {EventRow} row
 * @returns {Fact[]}
 */
export function eventFacts({ number: place, flow, torrent }) {
  return [
    { name: "Place in the list", value: number(place) },
    { name: "Flow", value: number(flow) },
    { name: "Torrent", value: torrent ?? NONE, whole: torrent ?? undefined, code: torrent !== null },
  ];
}

/**
 * A rung in full.
 * @param {Rung} rung
 * @param {LadderHead | null} ladder
 * @returns {Fact[]}
 */
export function rungFacts(rung, ladder) {
  const ends = [ladder?.originator ?? NONE, ladder?.responder ?? NONE];
  const [from, to] = rung.direction === "originator" ? ends : ends.reverse();
  const answer = rung.answered_by === null ? "Asked for before, ms" : "Answered after, ms";
  return [
    { name: "Frame", value: <FrameNumber frame={rung.frame} />, whole: String(rung.frame) },
    { name: "Time", value: `${instant(rung.time).slice(0, 10)} ${moment(rung.time)}` },
    { name: "From", value: from, whole: from, code: true },
    { name: "To", value: to, whole: to, code: true },
    { name: "Piece", value: number(rung.index) },
    { name: "Block begins at", value: number(rung.begin) },
    { name: "Block", value: size(rung.length) },
    { name: answer, value: milliseconds(rung.delay) },
    { name: "Requests open after it", value: number(rung.outstanding) },
  ];
}
