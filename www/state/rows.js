/**
 * The large tables: which there are, what a row of each is, and what makes it that row.
 *
 * @import { AnnounceRow, BootstrapRow, Connection, Contributor, EncryptedFlow, EventRow, Group, Host, ListedTorrent, LookupRow, Node, PeerRow, PieceRow, PlacedAddress, Rung, SecondaryStatistic, SourceAddress, SourceRequest, SourceRow, TorrentRow } from "../engine/types"
 */

/** @typedef {{ bootstrap: BootstrapRow, nodes: Node, torrents: TorrentRow, torrent_list: ListedTorrent, pieces: PieceRow, contributors: Contributor, peers: PeerRow, announces: AnnounceRow, lookups: LookupRow, connections: Connection, encrypted_flows: EncryptedFlow, hosts: Host, overview_hosts: Host, events: EventRow, rungs: Rung, countries: Group, networks: Group, clients: Group, places: PlacedAddress, sources: SourceRow, source_requests: SourceRequest, source_addresses: SourceAddress, secondary_statistics: SecondaryStatistic }} RowTypes */
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
  overview_hosts: (row) => row.address,
  lookups: (row) => `${row.first_frame} ${row.asker} ${row.target} ${row.query}`,
  connections: (row) => String(row.flow),
  countries: (row) => row.key ?? "",
  networks: (row) => row.key ?? "",
  clients: (row) => row.key ?? "",
  places: (row) => row.address,
  events: (row) => String(row.number),
  rungs: (row) => String(row.number),
  sources: (row) => `${row.info_hash} ${row.source}`,
  source_requests: (row) => `${row.source} ${row.frame} ${row.client} ${row.asked} ${row.info_hash}`,
  source_addresses: (row) => `${row.info_hash} ${row.endpoint} ${row.sources} ${row.frame}`,
  secondary_statistics: (row) => row.name,
  announces: (row) => `${row.frame} ${row.endpoint} ${row.info_hash} ${row.event}`,
};
