/**
 * The large tables, each fetched as it comes into sight.
 *
 * @import { Client } from "../engine/client"
 * @import { Events } from "./events"
 * @import { RowTypes, TableId } from "./rows"
 */
import { KEYS } from "./rows";
import { TableSource } from "./table_source";

/**
 * @param {Client} client
 * @param {Events} events the list of events has its own rows
 * @returns {{ [T in TableId]: TableSource<RowTypes[T]> }}
 */
export function tablesOf(client, events) {
  const fetch = client.rows.bind(client);
  return {
    bootstrap: new TableSource("bootstrap", fetch, KEYS.bootstrap),
    nodes: new TableSource("nodes", fetch, KEYS.nodes),
    torrents: new TableSource("torrents", fetch, KEYS.torrents),
    torrent_list: new TableSource("torrent_list", fetch, KEYS.torrent_list),
    pieces: new TableSource("pieces", fetch, KEYS.pieces),
    contributors: new TableSource("contributors", fetch, KEYS.contributors),
    peers: new TableSource("peers", fetch, KEYS.peers),
    announces: new TableSource("announces", fetch, KEYS.announces),
    encrypted_flows: new TableSource("encrypted_flows", fetch, KEYS.encrypted_flows),
    hosts: new TableSource("hosts", fetch, KEYS.hosts),
    overview_hosts: new TableSource("overview_hosts", fetch, KEYS.overview_hosts),
    lookups: new TableSource("lookups", fetch, KEYS.lookups),
    connections: new TableSource("connections", fetch, KEYS.connections),
    countries: new TableSource("countries", fetch, KEYS.countries),
    networks: new TableSource("networks", fetch, KEYS.networks),
    clients: new TableSource("clients", fetch, KEYS.clients),
    places: new TableSource("places", fetch, KEYS.places),
    sources: new TableSource("sources", fetch, KEYS.sources),
    source_requests: new TableSource("source_requests", fetch, KEYS.source_requests),
    source_addresses: new TableSource("source_addresses", fetch, KEYS.source_addresses),
    secondary_statistics: new TableSource("secondary_statistics", fetch, KEYS.secondary_statistics),
    events: events.rows,
    rungs: events.rungs,
  };
}
