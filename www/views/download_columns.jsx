/**
 * The columns of the tables of torrents, pieces and contributors.
 *
 * @import { Column } from "../components/columns"
 * @import { Contributor, PieceRow, TorrentRow } from "../engine/types"
 */
import { counted, kibibytes, mebibytes, NONE, number, shortened } from "../base/format";

/**
 * What a torrent is called.
 * @param {Pick<TorrentRow, "name" | "info_hash">} torrent
 */
export function torrentName({ name, info_hash: hash }) {
  if (hash === null) return "unknown torrent (no handshake in the capture)";
  return name ?? `torrent ${shortened(hash)}`;
}

/**
 * How many of its pieces the capture shows, as a finding.
 * @param {Pick<TorrentRow, "pieces" | "piece_count">} torrent
 */
export function piecesTold({ pieces, piece_count: count }) {
  if (count === null) return `${counted(pieces, "piece")} seen`;
  if (count === pieces) return pieces === 1 ? "Its only piece was seen" : `All ${number(count)} pieces were seen`;
  return `${number(pieces)} of ${counted(count, "piece")} were seen`;
}

/** @param {TorrentRow} torrent */
function piecesSeen({ pieces, piece_count: count }) {
  return count === null ? number(pieces) : `${number(pieces)} of ${number(count)}`;
}

/** @type {Column<TorrentRow>[]} */
export const TORRENT_COLUMNS = [
  {
    key: "name",
    title: "Torrent",
    meaning: "Its name, where the capture tells it; else the beginning of its info_hash.",
    text: torrentName,
    cell: (row) => (row.name === null ? <span class="absent">{torrentName(row)}</span> : row.name),
    width: 304,
    rank: 1,
    line: 1,
  },
  {
    key: "info_hash",
    title: "info_hash",
    meaning: "What identifies the torrent: the hash of its description, in hex.",
    text: (row) => (row.info_hash === null ? NONE : shortened(row.info_hash)),
    whole: (row) => row.info_hash,
    width: 112,
    rank: 5,
    code: true,
    line: 2,
  },
  {
    key: "pieces",
    title: "Pieces seen",
    meaning:
      "Pieces of which at least one block is in the capture, of those that the torrent has, where the capture tells.",
    text: piecesSeen,
    width: 104,
    rank: 3,
    figure: true,
  },
  {
    key: "bytes",
    title: "Seen",
    unit: "MiB",
    meaning: "Bytes of its pieces that are in the capture, each counted once.",
    text: (row) => mebibytes(row.bytes),
    width: 72,
    rank: 2,
    figure: true,
  },
  {
    key: "contributors",
    title: "Contributors",
    meaning: "Endpoints that sent at least one block.",
    text: (row) => number(row.contributors),
    width: 84,
    rank: 4,
    figure: true,
  },
  {
    key: "receivers",
    title: "Receivers",
    meaning: "Endpoints that received at least one block.",
    text: (row) => number(row.receivers),
    width: 72,
    rank: 7,
    figure: true,
  },
  {
    key: "connections",
    title: "Connections",
    meaning: "Connections between peers that belong to the torrent.",
    text: (row) => number(row.connections),
    width: 84,
    rank: 8,
    figure: true,
  },
  {
    key: "first_frame",
    title: "First frame",
    meaning: "The first frame in which the torrent appears.",
    text: (row) => number(row.first_frame),
    frame: (row) => row.first_frame,
    width: 72,
    rank: 9,
    figure: true,
    rising: true,
  },
];

/** @type {Column<PieceRow>[]} */
export const PIECE_COLUMNS = [
  {
    key: "index",
    title: "Piece",
    meaning: "Its number in the torrent, from 0.",
    text: (row) => number(row.index),
    width: 48,
    rank: 1,
    figure: true,
    rising: true,
    line: 1,
  },
  {
    key: "top_contributor",
    title: "Sent by",
    meaning:
      "The endpoints that sent blocks of the piece, in order of their first block; sorted by the one that sent most.",
    text: (row) => row.sent_by.map(({ endpoint }) => endpoint).join(", ") || NONE,
    width: 200,
    rank: 2,
    code: true,
    line: 2,
  },
  {
    key: "verified",
    title: "Hash",
    meaning:
      "Whether its bytes fit its hash; – until pieces are verified, on the page of the torrent, and where bytes are missing.",
    text: (row) => (row.verified === null ? NONE : row.verified ? "verified" : "failed"),
    width: 64,
    rank: 5,
  },
  {
    key: "contributors",
    title: "Contributors",
    meaning: "Endpoints that sent at least one block of the piece.",
    text: (row) => number(row.contributors),
    width: 84,
    rank: 4,
    figure: true,
  },
  {
    key: "bytes",
    title: "Seen",
    unit: "KiB",
    meaning: "Bytes of the piece that are in the capture, each counted once.",
    text: (row) => kibibytes(row.bytes),
    width: 80,
    rank: 3,
    figure: true,
  },
  {
    key: "receivers",
    title: "Receivers",
    meaning: "Endpoints that received at least one block of the piece.",
    text: (row) => number(row.receivers),
    width: 72,
    rank: 7,
    figure: true,
  },
  {
    key: "first_frame",
    title: "First frame",
    meaning: "The frame with the first bytes of the piece.",
    text: (row) => number(row.first_frame),
    frame: (row) => row.first_frame,
    width: 84,
    rank: 5,
    figure: true,
    rising: true,
  },
  {
    key: "last_frame",
    title: "Last frame",
    meaning: "The frame with the last bytes of the piece.",
    text: (row) => number(row.last_frame),
    frame: (row) => row.last_frame,
    width: 84,
    rank: 6,
    figure: true,
    rising: true,
  },
];

/** @type {Column<Contributor>[]} */
export const CONTRIBUTOR_COLUMNS = [
  {
    key: "endpoint",
    title: "Contributor",
    meaning: "Address and port of a peer that sent at least one block.",
    text: (row) => row.endpoint,
    width: 240,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "pieces",
    title: "Pieces",
    meaning: "Pieces of which it sent at least one block.",
    text: (row) => number(row.pieces),
    width: 80,
    rank: 3,
    figure: true,
  },
  {
    key: "bytes",
    title: "Sent",
    unit: "MiB",
    meaning: "Bytes of blocks that it sent and that are in the capture; a block sent twice counts twice.",
    text: (row) => mebibytes(row.bytes, 2),
    width: 80,
    rank: 2,
    figure: true,
  },
];
