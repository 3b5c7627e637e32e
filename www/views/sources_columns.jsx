/**
 * The columns of the tables of where peers come from.
 *
 * @import { Column } from "../components/columns"
 * @import { SecondaryStatistic, Source, SourceAddress, SourceRequest, SourceRow } from "../engine/types"
 */
import { clock, instant, milliseconds, NONE, number, sentence, shortened } from "../base/format";

/** @type {Record<string, string>} */
const NAMES = {
  tracker: "tracker",
  dht: "DHT",
  pex: "PEX",
  lsd: "LSD",
  mdns: "mDNS",
  magnet: "magnet link",
  incoming: "incoming",
};

/** @param {Source} source */
export function sourceName(source) {
  return NAMES[source] ?? source;
}

/**
 * @template Row
 * @param {keyof Row & string} key
 * @param {string} title
 * @param {string} meaning
 * @param {number} rank
 * @param {number} [width]
 * @returns {Column<Row>}
 */
function figure(key, title, meaning, rank, width = 72) {
  return {
    key,
    title,
    meaning,
    text: (row) => number(/** @type {number | null} */ (row[key])),
    width,
    rank,
    figure: true,
  };
}

/**
 * @template {{ info_hash: string | null }} Row
 * @param {number} rank
 * @param {string} none what stands for none
 * @returns {Column<Row>}
 */
function torrent(rank, none) {
  return {
    key: "info_hash",
    title: "Torrent",
    meaning: "The torrent, under the name that was asked about.",
    text: (row) => (row.info_hash === null ? none : shortened(row.info_hash)),
    whole: (row) => row.info_hash ?? none,
    width: 96,
    rank,
    code: true,
    rising: true,
    line: 2,
  };
}

/**
 * @template {{ source: Source }} Row
 * @param {string} meaning
 * @returns {Column<Row>}
 */
function source(meaning) {
  return {
    key: "source",
    title: "Source",
    meaning,
    text: (row) => sentence(sourceName(row.source)),
    width: 84,
    rank: 1,
    rising: true,
    line: 1,
  };
}

/** @type {Column<SourceRow>[]} */
export const SOURCE_COLUMNS = [
  source("Who named the addresses; incoming: peers that opened a connection to a local host by themselves."),
  torrent(7, "all"),
  figure("received", "Received", "Addresses in all messages of the source, repetitions too.", 2),
  figure("unique", "Unique", "Distinct ones among them.", 3, 64),
  figure("first", "First", "Unique ones that no other source had named for the torrent before.", 6, 56),
  figure("repeated_in_message", "Twice in one", "Addresses that stood in the same message before.", 11, 92),
  figure("repeated_later", "Again later", "Addresses that the source had named in an earlier message.", 10, 84),
  figure("tried", "Tried", "Unique ones to which somebody tried to connect, over TCP or uTP.", 4, 56),
  figure("answered", "Answered", "Of those that were tried, those that took a connection.", 5, 76),
  figure("failed", "Failed", "Of those that were tried, those that took none.", 8, 60),
  figure("failed_first", "At first", "Of those that were tried, those of which the first attempt failed.", 12, 68),
  figure("failed_later", "Later", "Of those that were tried, those of which a later attempt failed.", 13, 56),
  figure("handshakes", "Handshakes", "Of those that answered or came, those that sent a handshake in clear.", 9, 92),
  figure("useful", "Useful", "Of these, those that sent or got a block.", 4, 60),
];

/** @type {Column<SourceRequest>[]} */
export const REQUEST_COLUMNS = [
  {
    key: "frame",
    title: "Began",
    meaning: "When its first message was captured, in your time zone. In this order, frames are in theirs.",
    text: (row) => clock(row.time),
    whole: (row) => `${instant(row.time)}, frame ${number(row.frame)}`,
    frame: (row) => row.frame,
    width: 72,
    rank: 5,
    rising: true,
    line: 2,
  },
  source("A tracker that was asked, a lookup in the DHT, or a peer that lists others (PEX)."),
  {
    key: "asked",
    title: "Asked",
    meaning: "The tracker, or the peer that lists others; a lookup asks many nodes.",
    text: (row) => row.asked ?? "many nodes",
    width: 152,
    grows: 1.5,
    rank: 3,
    code: true,
    line: 2,
  },
  torrent(6, NONE),
  {
    key: "duration",
    title: "Took",
    unit: "ms",
    meaning: "To the answer, or from the first message to the last.",
    text: (row) => milliseconds(row.duration),
    width: 84,
    rank: 5,
    figure: true,
  },
  figure("messages", "Messages", "Announces with their repetitions, queries, or lists.", 8, 80),
  figure("answers", "With peers", "Answers with peers.", 7, 84),
  figure("received", "Received", "Addresses in them.", 2),
  figure("new", "New", "Of these, those that nobody had named for the torrent before.", 2, 56),
  figure("duplicate", "Known", "The others.", 4, 60),
];

/** @type {Column<SourceAddress>[]} */
export const ADDRESS_COLUMNS = [
  {
    key: "endpoint",
    title: "Address",
    meaning:
      "Where the peer is said to be. Port 0: a peer that came by itself over TCP, from a port of that connection only.",
    text: (row) => row.endpoint,
    width: 168,
    grows: 1.5,
    rank: 1,
    code: true,
    rising: true,
    line: 1,
  },
  torrent(7, NONE),
  {
    key: "frame",
    title: "First named",
    meaning: "When it was named first, in your time zone. In this order, frames are in theirs.",
    text: (row) => clock(row.time),
    whole: (row) => `${instant(row.time)}, frame ${number(row.frame)}`,
    frame: (row) => row.frame,
    width: 96,
    rank: 4,
    rising: true,
    line: 2,
  },
  {
    key: "source",
    title: "By",
    meaning: "The source that named it first.",
    text: (row) => sourceName(row.source),
    width: 72,
    rank: 2,
    rising: true,
    line: 2,
  },
  {
    key: "sources",
    title: "Named by",
    meaning: "All sources that named it.",
    text: (row) => row.sources.map(sourceName).join(", "),
    width: 144,
    rank: 5,
  },
  figure("attempts", "Attempts", "Attempts to connect to it.", 3, 76),
  figure("answered", "Answered", "Those that it took.", 3, 76),
  figure("refused", "Refused", "Those that it refused.", 8, 68),
  {
    key: "useful",
    title: "Came of it",
    meaning: "Whether a peer of the torrent sent a handshake from there in clear, and whether it sent or got a block.",
    text: (row) => (row.useful ? "blocks" : row.met ? "a handshake" : NONE),
    width: 96,
    rank: 6,
  },
];

/** @type {Column<SecondaryStatistic>[]} */
export const STATISTIC_COLUMNS = [
  {
    key: "name",
    title: "Figure",
    meaning: "What the original tool called it, or its like.",
    text: (row) => sentence(row.name.replaceAll("_", " ")),
    width: 208,
    rank: 1,
    line: 1,
  },
  {
    key: "value",
    title: "Value",
    meaning: "A count, or seconds where it says so.",
    text: valueOf,
    width: 84,
    rank: 2,
    figure: true,
  },
  {
    key: "meaning",
    title: "Meaning",
    meaning: "What it says.",
    text: (row) => row.meaning,
    width: 320,
    grows: 2,
    rank: 3,
    line: 2,
  },
];

/** @param {SecondaryStatistic} row */
function valueOf({ value, unit }) {
  return unit === null ? number(value) : value === null ? NONE : `${number(value, 2)} ${unit}`;
}
