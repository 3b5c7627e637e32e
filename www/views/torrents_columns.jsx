/**
 * The columns of the list of torrents.
 *
 * @import { Column } from "../components/columns"
 * @import { ListedTorrent } from "../engine/types"
 */
import { clock, instant, mebibytes, NONE, number, shortened } from "../base/format";
import { torrentName } from "./download_columns";
import { knownFrom } from "./torrent_facts";

/** @type {Column<ListedTorrent>[]} */
export const LIST_COLUMNS = [
  {
    key: "name",
    title: "Torrent",
    meaning: "Its name, where it is known; else the beginning of its info_hash.",
    text: torrentName,
    cell: (row) => (row.name === null ? <span class="absent">{torrentName(row)}</span> : row.name),
    width: 200,
    rank: 1,
    line: 1,
  },
  {
    key: "info_hash",
    title: "info_hash",
    meaning: "What identifies the torrent: the hash of its description, in hex.",
    text: (row) => shortened(row.info_hash),
    whole: (row) => row.info_hash,
    width: 108,
    rank: 8,
    code: true,
    line: 2,
  },
  {
    key: "total_size",
    title: "Size",
    unit: "MiB",
    meaning: "All its files.",
    text: (row) => mebibytes(row.total_size),
    width: 64,
    rank: 4,
    figure: true,
  },
  {
    key: "piece_count",
    title: "Pieces",
    meaning: "How many pieces it has.",
    text: (row) => number(row.piece_count),
    width: 56,
    rank: 9,
    figure: true,
  },
  {
    key: "name_from",
    title: "Name known from",
    meaning: "Who tells its name, and in which frame.",
    text: (row) => knownFrom(row) ?? NONE,
    width: 164,
    rank: 7,
    line: 2,
  },
  {
    key: "met",
    title: "Peers",
    meaning: "Peers that were met.",
    text: (row) => number(row.met),
    width: 52,
    rank: 3,
    figure: true,
  },
  {
    key: "progress_known",
    title: "Known",
    meaning: "Of the peers that were met, those of which is known how much they had.",
    text: (row) => number(row.progress_known),
    width: 56,
    rank: 6,
    figure: true,
  },
  {
    key: "confirmed",
    title: "Completed",
    meaning: "Of these, those whose download is confirmed: a lower bound.",
    text: (row) => number(row.confirmed),
    width: 76,
    rank: 2,
    figure: true,
  },
  {
    key: "down",
    title: "Down",
    unit: "MiB",
    meaning: "Bytes of its blocks that went to hosts of the local network.",
    text: (row) => mebibytes(row.down),
    width: 72,
    rank: 4,
    figure: true,
  },
  {
    key: "up",
    title: "Up",
    unit: "MiB",
    meaning: "Bytes of its blocks that went from hosts of the local network.",
    text: (row) => mebibytes(row.up),
    width: 64,
    rank: 5,
    figure: true,
  },
  {
    key: "first_time",
    title: "First seen",
    meaning: "When a connection first showed it; else whether it was only named in the capture, or only given.",
    text: (row) => (row.first_time === null ? (row.in_capture ? "named" : "given") : clock(row.first_time)),
    whole: (row) => (row.first_time === null ? null : instant(row.first_time)),
    width: 72,
    rank: 10,
    figure: true,
    rising: true,
  },
];
