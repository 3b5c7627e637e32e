/**
 * The large tables: which there are, what a row of each is, and what makes it that row.
 *
 * @import { AnnounceRow, BootstrapRow, Contributor, Node, PieceRow, TorrentRow } from "../engine/types"
 */

/** @typedef {{ bootstrap: BootstrapRow, nodes: Node, torrents: TorrentRow, pieces: PieceRow, contributors: Contributor, announces: AnnounceRow }} RowTypes */
/** @typedef {keyof RowTypes} TableId */

/** @type {{ [T in TableId]: (row: RowTypes[T]) => string }} */
export const KEYS = {
  bootstrap: (row) => `${row.name} ${row.address}`,
  nodes: (row) => `${row.node_id} ${row.address} ${row.port}`,
  torrents: (row) => String(row.info_hash),
  pieces: (row) => String(row.index),
  contributors: (row) => row.endpoint,
  announces: (row) => `${row.frame} ${row.endpoint} ${row.info_hash} ${row.event}`,
};
