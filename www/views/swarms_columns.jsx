/**
 * The columns of the table of peers, and what else is known of one.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { PeerRow } from "../engine/types"
 */
import { clock, instant, kibibytes, mebibytes, NONE, number, shortened, size } from "../base/format";
import { FrameNumber } from "../components/frame_number";
import { sourceName } from "./encrypted_columns";
import { rungTold } from "./evidence_words";

/**
 * A share in per cent, rounded down: only who has all pieces has 100.
 * @param {number | null} share
 */
export function percentOf(share) {
  if (share === null) return NONE;
  const tenths = Math.floor(share * 1000 + 1e-9);
  return number(tenths / 10, tenths % 10 === 0 ? 0 : 1);
}

/**
 * What a peer had when that was first known, and when it was last: "12.5 → 100".
 * @param {PeerRow} row
 */
export function progressOf({ progress_first: first, progress_last: last }) {
  if (first === null || last === null) return NONE;
  return first === last ? percentOf(last) : `${percentOf(first)} → ${percentOf(last)}`;
}

/** @type {Column<PeerRow>[]} */
export const PEER_COLUMNS = [
  {
    key: "endpoint",
    title: "Peer",
    meaning: "Where it takes connections; where that is not known, where it last opened one from.",
    text: (row) => row.endpoint,
    width: 176,
    grows: 1.2,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "client",
    title: "Client",
    meaning: "Its client and version, as it says.",
    text: (row) => row.client ?? NONE,
    width: 120,
    rank: 6,
    line: 2,
  },
  {
    key: "evidence",
    title: "Evidence",
    meaning:
      "The strongest proof that it takes part: it spoke, it told which pieces it has, or it sent blocks of them.",
    text: (row) => rungTold(row.evidence).word,
    width: 104,
    rank: 7,
    line: 2,
  },
  {
    key: "sources",
    title: "Named by",
    meaning: "Who named it: a tracker, the DHT, other peers, the local network, or itself.",
    text: (row) => row.sources.map(sourceName).join(", ") || NONE,
    width: 120,
    rank: 9,
  },
  {
    key: "contacts",
    title: "Contacts",
    meaning: "Connections with it that are not encrypted.",
    text: (row) => number(row.contacts),
    width: 64,
    rank: 10,
    figure: true,
  },
  {
    key: "progress_last",
    title: "Had",
    unit: "%",
    meaning:
      "The share of the pieces that it was first known to have, and last; – where that, or the number of pieces, is not known.",
    text: progressOf,
    width: 96,
    rank: 2,
    figure: true,
  },
  {
    key: "completed_at",
    title: "Completed",
    meaning:
      "When it was known to have reached the threshold, after it was known to be below; – where no download is confirmed.",
    text: (row) => (row.completed_at === null ? NONE : clock(row.completed_at)),
    whole: (row) => (row.completed_at === null ? null : instant(row.completed_at)),
    width: 80,
    rank: 3,
    figure: true,
    rising: true,
  },
  {
    key: "max_speed",
    title: "Fastest",
    unit: "KiB/s",
    meaning: "The most at which its pieces grew over ten seconds or longer, from whomever they came.",
    text: (row) => kibibytes(row.max_speed),
    width: 96,
    rank: 5,
    figure: true,
  },
  {
    key: "downloaded",
    title: "Got",
    unit: "MiB",
    meaning: "Bytes of blocks that went to it in this capture.",
    text: (row) => mebibytes(row.downloaded),
    width: 72,
    rank: 4,
    figure: true,
  },
  {
    key: "uploaded",
    title: "Sent",
    unit: "MiB",
    meaning: "Bytes of blocks that it sent in this capture.",
    text: (row) => mebibytes(row.uploaded),
    width: 72,
    rank: 4,
    figure: true,
  },
  {
    key: "info_hash",
    title: "Torrent",
    meaning: "The torrent by its info_hash.",
    text: (row) => shortened(row.info_hash),
    whole: (row) => row.info_hash,
    width: 108,
    rank: 8,
    code: true,
  },
];

const RATE = "Blocks in this capture, over the ten seconds in which it was most.";

/**
 * What is known of a peer beyond its columns.
 * @param {PeerRow} row
 * @returns {Fact[]}
 */
export function peerFacts({ peer_id: id, first_seen: first, last_seen: last, first_frame: frame, ...row }) {
  return [
    { name: "peer_id", value: id ?? NONE, whole: id ?? undefined, code: id !== null },
    { name: "First seen", value: instant(first) },
    { name: "Last seen", value: instant(last) },
    { name: "First frame", value: <FrameNumber frame={frame} />, whole: frame === null ? undefined : String(frame) },
    { name: "Got, in full", value: size(row.downloaded), whole: String(row.downloaded) },
    { name: "Sent, in full", value: size(row.uploaded), whole: String(row.uploaded) },
    { name: "Got at most, KiB/s", value: kibibytes(row.download_rate), title: RATE },
    { name: "Sent at most, KiB/s", value: kibibytes(row.upload_rate), title: RATE },
  ];
}
