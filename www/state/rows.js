/**
 * The large tables: which there are, what a row of each is, and what makes it that row.
 *
 * @import { AnnounceRow, BootstrapRow, Connection, Contributor, EncryptedFlow, EventRow, Host, ListedTorrent, LookupRow, Node, PeerRow, PieceRow, Rung, TorrentRow } from "../engine/types"
 */

/** @typedef {{ bootstrap: BootstrapRow, nodes: Node, torrents: TorrentRow, torrent_list: ListedTorrent, pieces: PieceRow, contributors: Contributor, peers: PeerRow, announces: AnnounceRow, lookups: LookupRow, connections: Connection, encrypted_flows: EncryptedFlow, hosts: Host, events: EventRow, rungs: Rung }} RowTypes */
/** @typedef {keyof RowTypes} TableId */

/** @type {{ [T in TableId]: (row: RowTypes[T]) => string }} */
export const KEYS = {
  bootstrap: (row) => `${row.name} ${row.address}`,
  nodes: (row) => `${row.node_id} ${row.address} ${row.port}`,
  torrents: (row) => String(row.info_hash),
  torrent_list: (row) => row.info_hash,
  pieces: (row) => String(row.index),
  contributors: (row) => row.endpoint,
  peers: (row) => `${row.info_hash} ${row.endpoint} ${row.first_frame}`,
  encrypted_flows: (row) => `${row.originator} ${row.responder} ${row.first_frame}`,
  hosts: (row) => row.address,
  lookups: (row) => `${row.first_frame} ${row.asker} ${row.target} ${row.query}`,
  connections: (row) => String(row.flow),
  events: (row) => String(row.number),
  rungs: (row) => String(row.number),
  announces: (row) => `${row.frame} ${row.endpoint} ${row.info_hash} ${row.event}`,
};
