/**
 * The columns of the table of announces, and what else is known of one.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { AnnounceRow } from "../engine/types"
 */
import { clock, duration, instant, milliseconds, NONE, number, shortened, size } from "../base/format";
import { FrameNumber } from "../components/frame_number";

/**
 * What a tracker is called: its URL, else where it was asked.
 * @param {Pick<AnnounceRow, "url" | "protocol" | "endpoint">} row
 */
export function trackerName({ url, protocol, endpoint }) {
  return url ?? `${protocol}://${endpoint}`;
}

/** @param {AnnounceRow} row */
export function answerOf({ error, answer_frame: answered }) {
  if (error !== null) return error;
  return answered === null ? "no answer" : "answered";
}

/** @param {AnnounceRow} row */
export function eventOf({ event }) {
  return event === "none" ? "regular" : (event ?? NONE);
}

/** @type {Column<AnnounceRow>[]} */
export const ANNOUNCE_COLUMNS = [
  {
    key: "frame",
    title: "Time",
    meaning: "When the client asked, in your time zone. In this order, frames are in theirs.",
    text: (row) => clock(row.time),
    whole: (row) => `${instant(row.time)}, frame ${number(row.frame)}`,
    frame: (row) => row.frame,
    width: 72,
    rank: 6,
    rising: true,
    line: 2,
  },
  {
    key: "url",
    title: "Tracker",
    meaning: "Its address on the web without what clients add to it; else where it was asked.",
    text: trackerName,
    width: 216,
    grows: 1.5,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "info_hash",
    title: "info_hash",
    meaning: "The torrent that the announce is about.",
    text: (row) => (row.info_hash === null ? NONE : shortened(row.info_hash)),
    whole: (row) => row.info_hash,
    width: 112,
    rank: 5,
    code: true,
  },
  {
    key: "event",
    title: "Event",
    meaning: "Why the client told the tracker: it started, completed, stopped or paused, or it was time to (regular).",
    text: eventOf,
    width: 84,
    rank: 4,
    line: 2,
  },
  {
    key: "error",
    title: "Answer",
    meaning: "The tracker’s words where it refused; “no answer” when none is in the capture.",
    text: answerOf,
    cell: (row) =>
      row.error === null && row.answer_frame !== null ? "answered" : <span class="lost">× {answerOf(row)}</span>,
    width: 104,
    rank: 2,
    line: 2,
  },
  {
    key: "peers",
    title: "Peers",
    meaning: "Peers that the answer names.",
    text: (row) => number(row.peers),
    width: 56,
    rank: 3,
    figure: true,
  },
  {
    key: "seeders",
    title: "Seeders",
    meaning: "Peers with all pieces, as the tracker counts them.",
    text: (row) => number(row.seeders),
    width: 64,
    rank: 7,
    figure: true,
  },
  {
    key: "leechers",
    title: "Leechers",
    meaning: "Peers without all pieces, as the tracker counts them.",
    text: (row) => number(row.leechers),
    width: 68,
    rank: 8,
    figure: true,
  },
  {
    key: "interval",
    title: "Interval",
    unit: "s",
    meaning: "Seconds until the tracker wants the next announce.",
    text: (row) => number(row.interval),
    width: 72,
    rank: 9,
    figure: true,
  },
  {
    key: "delay",
    title: "Delay",
    unit: "ms",
    meaning: "Time from the request to its answer.",
    text: (row) => milliseconds(row.delay),
    width: 72,
    rank: 4,
    figure: true,
    rising: true,
  },
];

/**
 * What the table has no column for, as far as it was said.
 * @param {AnnounceRow} row
 * @returns {Fact[]}
 */
export function announceFacts(row) {
  /** @type {[string, string | null, boolean?][]} */
  const said = [
    ["Asked at", row.endpoint, true],
    ["Asked by", row.client, true],
    ["Times sent", row.sent > 1 ? number(row.sent) : null],
    ["peer_id", row.peer_id, true],
    ["User-Agent", row.agent],
    ["Listens on port", row.port === null ? null : String(row.port)],
    ["Says it sent", row.uploaded === null ? null : size(row.uploaded)],
    ["Says it got", row.downloaded === null ? null : size(row.downloaded)],
    ["Says it misses", row.left === null ? null : size(row.left)],
    ["Peers wanted", row.num_want === null ? null : wanted(row.num_want)],
    ["Downloads ever", row.completed === null ? null : number(row.completed)],
    ["Not again before", row.min_interval === null ? null : duration(row.min_interval)],
    ["Seen as", row.external_address, true],
    ["Retry", row.retry],
    ["Warning", row.warning],
  ];
  const facts = said.flatMap(([name, value, code]) => (value === null ? [] : [{ name, value, whole: value, code }]));
  const frames = [
    { name: "Frame", value: <FrameNumber frame={row.frame} />, whole: String(row.frame) },
    { name: "Answer in frame", value: <FrameNumber frame={row.answer_frame} />, whole: String(row.answer_frame) },
  ];
  return [...frames.slice(0, row.answer_frame === null ? 1 : 2), ...facts];
}

/** @param {number} count */
function wanted(count) {
  return count < 0 ? "as many as the tracker likes" : number(count);
}
