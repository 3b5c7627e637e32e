/**
 * The rows that the picture of the view in sight is made of: few enough to be drawn, fetched beside the table's own.
 *
 * @import { Client } from "../engine/client"
 * @import { Digest, Host, Node, Row, RowQuery } from "../engine/types"
 * @import { TableId } from "./rows"
 * @import { Selection, ViewId } from "./selection"
 */
import { Latest } from "./latest";
import { orderOf } from "./selection";

/** The most nodes that the picture of the answers shows; of more, windows of them from the whole capture. */
const NODES = 1000;
const NODE_WINDOWS = 20;

/** The most local hosts that the sentence about hosts rests on. */
const LOCAL_HOSTS = 1000;

/**
 * What a picture shows of the table that stands below it: the first `count` rows that pass its filter, in an order of the picture's own, or in the
 * table's.
 * @typedef {{ table: TableId & RowQuery["table"], count: number, order: { sort: string, descending: boolean } | null }} Pictured
 */

/** @type {Partial<Record<ViewId, Pictured>>} */
const PICTURED = {
  torrents: { table: "peers", count: 24, order: { sort: "completed_at", descending: false } },
  trackers: { table: "announces", count: 400, order: { sort: "frame", descending: false } },
  dht: { table: "lookups", count: 40, order: { sort: "queries", descending: true } },
  connections: { table: "connections", count: 16, order: null },
  encrypted: { table: "encrypted_flows", count: 16, order: null },
};

/** How many rows there are in all that pass the filter, and those that are drawn. @typedef {{ rows: Row[], matched: number }} Drawn */

export class Pictures {
  #client;
  /** Of one view at a time. @type {Latest<Drawn>} */
  #drawn = new Latest();
  /** Hosts of the local network, at most {@link LOCAL_HOSTS}. @type {Latest<Host[]>} */
  localHosts = new Latest();

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  /**
   * What the picture of a view is made of; null until it has come.
   * @param {ViewId} view
   */
  of(view) {
    const drawn = this.#drawn.value.value;
    return drawn?.about.startsWith(`${view} `) ? drawn.is : null;
  }

  reset() {
    this.#drawn.reset();
    this.localHosts.reset();
  }

  /**
   * Asks for what the view in sight draws.
   * @param {Selection} selection
   * @param {Digest} digest
   * @param {boolean} last has reading come to its end?
   */
  follow(selection, digest, last) {
    const { view, filter } = selection;
    const pictured = PICTURED[view];
    if (pictured) {
      const { table, count, order } = pictured;
      const query = { table, ...(order ?? orderOf(selection, table)), filter, from: 0, count };
      this.#drawn.load(`${view} ${JSON.stringify(query)}`, () => this.#client.rows(query), last);
    }
    if (view === "peers") this.#drawn.load("peers ", () => this.#sampleOfNodes(digest.peers.nodes), last);
    if (view === "hosts") {
      this.localHosts.load("hosts", () => this.#localHosts(digest.local_host_count), last);
    }
  }

  /**
   * The local hosts, which stand first in this order.
   * @param {number} count
   */
  async #localHosts(count) {
    /** @type {RowQuery} */
    const query = { table: "hosts", sort: "local", descending: true, filter: "", from: 0, count };
    const { rows } = await this.#client.rows({ ...query, count: Math.min(count, LOCAL_HOSTS) });
    return /** @type {Host[]} */ (rows);
  }

  /**
   * All nodes, or windows of them at even distances, in the order in which they were first seen.
   * @param {number} nodes
   * @returns {Promise<Drawn>}
   */
  async #sampleOfNodes(nodes) {
    const windows = nodes > NODES ? NODE_WINDOWS : 1;
    const count = NODES / windows;
    /** @type {Omit<RowQuery, "from">} */
    const query = { table: "nodes", sort: "", descending: false, filter: "", count };
    const asked = Array.from({ length: windows }, (_, index) =>
      this.#client.rows({ ...query, from: Math.floor((index * nodes) / windows) }),
    );
    const answers = await Promise.all(asked);
    return { rows: answers.flatMap(({ rows }) => /** @type {Node[]} */ (rows)), matched: nodes };
  }
}
