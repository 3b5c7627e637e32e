/**
 * The tables in sight, each as it is filtered and sorted.
 *
 * @import { RowFormat } from "../engine/types"
 * @import { TableId } from "../state/rows"
 * @import { App } from "../state/app"
 */
import { number } from "../base/format";
import { SHOWN } from "../state/shown";

/** @typedef {Exclude<TableId, "events" | "rungs">} Written */

/** @type {Record<Written, string>} */
const TITLES = {
  bootstrap: "Bootstrap nodes",
  nodes: "DHT nodes",
  torrents: "Torrents",
  torrent_list: "Torrents",
  pieces: "Pieces",
  contributors: "Contributors",
  peers: "Peers",
  announces: "Announces",
  lookups: "Lookups",
  connections: "Connections",
  encrypted_flows: "Encrypted flows",
  hosts: "Hosts",
  overview_hosts: "Hosts with BitTorrent",
  countries: "Countries",
  networks: "Networks",
  clients: "Clients",
  places: "Addresses",
  sources: "Sources of peers",
  source_requests: "Requests for peers",
  source_addresses: "Addresses named",
  secondary_statistics: "Other figures",
};

/** @type {{ id: RowFormat, name: string }[]} */
const FORMATS = [
  { id: "csv", name: "CSV" },
  { id: "json", name: "JSON" },
  { id: "jsonl", name: "Lines" },
];

/** @param {{ app: App }} props */
export function ExportRows({ app }) {
  const { view, filter } = app.selection.value;
  const tables = SHOWN[view](app.selection.value).filter((table) => app.tables[table].total.value !== null);
  if (tables.length === 0) return null;
  return (
    <section aria-label="Rows as shown">
      <h2>{filter === "" ? "Rows, as sorted" : "Rows, as filtered and sorted"}</h2>
      {tables.map((table) => (
        <Rows key={table} app={app} table={/** @type {Written} */ (table)} />
      ))}
    </section>
  );
}

/** @param {{ app: App, table: Written }} props */
function Rows({ app, table }) {
  const rows = app.tables[table].matched.value;
  return (
    <div class="export-rows">
      <span>
        {TITLES[table]} <small>{number(rows)}</small>
      </span>
      {FORMATS.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          class="button"
          aria-label={`Save ${TITLES[table]} as ${id === "jsonl" ? "JSON Lines" : name}, ${number(rows)} rows`}
          onClick={() => app.saveRows(table, id).catch(() => {})}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
