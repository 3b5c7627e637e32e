/**
 * What the reader of the page looks at: a view, a filter, an order for each table and a torrent. Plain data; the hash of the page's
 * address says the same.
 *
 * @import { TableId } from "./rows"
 */

/** @typedef {"overview" | "init" | "peers" | "download" | "torrents" | "sources" | "hosts" | "trackers" | "dht" | "connections" | "encrypted" | "events" | "findings" | "geography" | "watch"} ViewId */
/** @typedef {{ sort: string, descending: boolean }} Order */

/** What peers are summed up by, or each address. @typedef {"countries" | "networks" | "clients" | "places"} By */
/** What is compared of the sums. @typedef {"peers" | "nodes" | "bytes" | "confirmed" | "speed"} Measure */

/**
 * Which events are listed: those of a connection (by the number of its flow), about a torrent (by its info_hash), of a host (an address, with its
 * port or without), of a protocol. `null`: whatever it is. What is given must all be so.
 *
 * @typedef {{ flow: number | null, torrent: string | null, host: string | null, protocol: string | null, piece?: number }} Scope
 */

/**
 * - `torrent`: an info_hash, `null` for the unknown torrent, `undefined` for whichever stands first, and for the list of torrents;
 * - `list`: what is listed below the piece map;
 * - `frame`: the number of the frame that is looked at.
 *
 * @typedef {object} Selection
 * @property {boolean} sample
 * @property {ViewId} view
 * @property {string} filter
 * @property {string | null | undefined} torrent
 * @property {"pieces" | "contributors"} list
 * @property {By} by
 * @property {Measure} measure
 * @property {Scope} scope
 * @property {number | null} frame
 * @property {Partial<Record<TableId, Order>>} orders only those that differ from the table's own
 */

/** @type {ViewId[]} */
export const VIEWS = [
  "overview",
  "init",
  "peers",
  "download",
  "torrents",
  "sources",
  "hosts",
  "geography",
  "trackers",
  "dht",
  "connections",
  "encrypted",
  "events",
  "findings",
  "watch",
];

/** The order in which each table opens. Those that are not here have one order only. */
export const ORDERS = /** @type {Partial<Record<TableId, Order>>} */ ({
  bootstrap: { sort: "dns_frame", descending: false },
  nodes: { sort: "responses", descending: true },
  torrents: { sort: "bytes", descending: true },
  torrent_list: { sort: "met", descending: true },
  pieces: { sort: "index", descending: false },
  contributors: { sort: "bytes", descending: true },
  peers: { sort: "uploaded", descending: true },
  announces: { sort: "frame", descending: false },
  encrypted_flows: { sort: "confidence", descending: true },
  overview_hosts: { sort: "received", descending: true },
  hosts: { sort: "local", descending: true },
  lookups: { sort: "queries", descending: true },
  connections: { sort: "received", descending: true },
  countries: { sort: "peers", descending: true },
  networks: { sort: "peers", descending: true },
  clients: { sort: "peers", descending: true },
  places: { sort: "peers", descending: true },
  sources: { sort: "", descending: false },
  source_requests: { sort: "frame", descending: false },
  source_addresses: { sort: "frame", descending: false },
});

/** @type {By[]} */
export const SUMMED_BY = ["countries", "networks", "clients", "places"];

/** @type {Measure[]} */
export const MEASURES = ["peers", "nodes", "bytes", "confirmed", "speed"];

/** @type {Order} */
const ONLY_ORDER = { sort: "", descending: false };

/** @type {Scope} */
export const EVERYTHING = { flow: null, torrent: null, host: null, protocol: null };

/** @type {Selection} */
export const START = {
  sample: false,
  view: "overview",
  filter: "",
  torrent: undefined,
  list: "pieces",
  by: "countries",
  measure: "peers",
  scope: EVERYTHING,
  frame: null,
  orders: {},
};

/**
 * @param {Selection} selection
 * @param {TableId} table
 * @returns {Order}
 */
export function orderOf(selection, table) {
  return selection.orders[table] ?? ORDERS[table] ?? ONLY_ORDER;
}

/**
 * Another order for a table: a column again turns it round, another column begins as `descending` says.
 * @param {Selection} selection
 * @param {TableId} table
 * @param {string} sort
 * @param {boolean} descending
 * @returns {Selection}
 */
export function sorted(selection, table, sort, descending) {
  const now = orderOf(selection, table);
  const next = { sort, descending: now.sort === sort ? !now.descending : descending };
  const own = ORDERS[table] ?? ONLY_ORDER;
  const orders = { ...selection.orders, [table]: next };
  if (own.sort === next.sort && own.descending === next.descending) delete orders[table];
  return { ...selection, orders };
}
