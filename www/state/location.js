/**
 * The selection as the hash of the page's address, and back: `#peers?filter=libtorrent&nodes=-delay`. A leading `sample/` (or `#sample`
 * alone) opens the sample.
 *
 * @import { Signal } from "@preact/signals"
 * @import { TableId } from "./rows"
 * @import { Selection, ViewId } from "./selection"
 */
import { effect } from "@preact/signals";
import { ORDERS, START, VIEWS } from "./selection";

const SAMPLE = "sample";
const UNKNOWN_TORRENT = "unknown";
const INFO_HASH = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const COLUMN = /^-?[a-z_]+$/;

/**
 * @param {string} hash with or without its `#`; whatever is not understood in it counts as not said
 * @returns {Selection}
 */
export function parse(hash) {
  const [path, search = ""] = hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean);
  const sample = parts[0] === SAMPLE;
  const view = /** @type {ViewId} */ (parts[sample ? 1 : 0]);
  const said = new URLSearchParams(search);
  return {
    sample,
    view: VIEWS.includes(view) ? view : START.view,
    filter: said.get("filter") ?? "",
    torrent: torrentOf(said.get("torrent")),
    list: said.get("list") === "contributors" ? "contributors" : "pieces",
    orders: ordersOf(said),
  };
}

/**
 * @param {Selection} selection
 * @returns {string} with its `#`
 */
export function format({ sample, view, filter, torrent, list, orders }) {
  const said = new URLSearchParams();
  if (filter) said.set("filter", filter);
  if (torrent !== undefined) said.set("torrent", torrent ?? UNKNOWN_TORRENT);
  if (list !== START.list) said.set("list", list);
  for (const [table, order] of Object.entries(orders)) said.set(table, (order.descending ? "-" : "") + order.sort);
  const search = said.size > 0 ? `?${said}` : "";
  return `#${sample ? `${SAMPLE}/` : ""}${view}${search}`;
}

/**
 * Keeps the address and the selection alike, both ways. Another view is a step in the browser's history; anything else is not.
 * @param {Signal<Selection>} selection
 */
export function followAddress(selection) {
  selection.value = parse(location.hash);
  let { view } = selection.value;
  effect(() => {
    const hash = format(selection.value);
    if (hash === location.hash) return;
    if (selection.value.view === view) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
    view = selection.value.view;
  });
  addEventListener("popstate", () => {
    const said = parse(location.hash);
    view = said.view;
    selection.value = said;
  });
}

/** @param {string | null} text */
function torrentOf(text) {
  if (text === UNKNOWN_TORRENT) return null;
  return text !== null && INFO_HASH.test(text) ? text : undefined;
}

/** @param {URLSearchParams} said */
function ordersOf(said) {
  /** @type {Selection["orders"]} */
  const orders = {};
  for (const table of /** @type {TableId[]} */ (Object.keys(ORDERS))) {
    const text = said.get(table);
    if (text === null || !COLUMN.test(text)) continue;
    orders[table] = { sort: text.replace("-", ""), descending: text.startsWith("-") };
  }
  return orders;
}
