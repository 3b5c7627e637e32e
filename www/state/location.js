/**
 * The selection as the hash of the page's address, and back: `#peers?filter=libtorrent&nodes=-delay`. A leading `sample/` (or `#sample`
 * alone) opens the sample.
 *
 * @import { Signal } from "@preact/signals"
 * @import { TableId } from "./rows"
 * @import { Scope, Selection, ViewId } from "./selection"
 */
import { effect } from "@preact/signals";
import { EVERYTHING, MEASURES, ORDERS, START, SUMMED_BY, VIEWS } from "./selection";

const SAMPLE = "sample";
/** What a view was called in older addresses. @type {Record<string, ViewId>} */
const FORMER = { swarms: "torrents" };
const UNKNOWN_TORRENT = "unknown";
const INFO_HASH = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const FLOW = /^\d{1,15}$/;
const FRAME = /^[1-9]\d{0,14}$/;
const PIECE = /^\d{1,9}$/;
/** An address, with its port or without. */
const HOST = /^[0-9a-f.:[\]]{2,47}$/;
const PROTOCOL = /^[a-z][a-z0-9_]*$/i;
const COLUMN = /^-?[a-z_]+$/;

/**
 * @param {string} hash with or without its `#`; whatever is not understood in it counts as not said
 * @returns {Selection}
 */
export function parse(hash) {
  const [path, search = ""] = hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean);
  const sample = parts[0] === SAMPLE;
  const named = parts[sample ? 1 : 0];
  const view = FORMER[named] ?? /** @type {ViewId} */ (named);
  const said = new URLSearchParams(search);
  return {
    sample,
    view: VIEWS.includes(view) ? view : START.view,
    filter: said.get("filter") ?? "",
    torrent: torrentOf(said.get("torrent")),
    list: said.get("list") === "contributors" ? "contributors" : "pieces",
    by: SUMMED_BY.find((by) => by === said.get("by")) ?? START.by,
    measure: MEASURES.find((measure) => measure === said.get("measure")) ?? START.measure,
    scope: scopeOf(said),
    frame: FRAME.test(said.get("frame") ?? "") ? Number(said.get("frame")) : null,
    orders: ordersOf(said),
  };
}

/**
 * @param {Selection} selection
 * @returns {string} with its `#`
 */
export function format({ sample, view, filter, torrent, list, by, measure, scope, frame, orders }) {
  const said = new URLSearchParams();
  if (filter) said.set("filter", filter);
  if (torrent !== undefined) said.set("torrent", torrent ?? UNKNOWN_TORRENT);
  if (list !== START.list) said.set("list", list);
  if (by !== START.by) said.set("by", by);
  if (measure !== START.measure) said.set("measure", measure);
  if (scope.flow !== null) said.set("flow", String(scope.flow));
  if (scope.torrent !== null) said.set("about", scope.torrent);
  if (scope.piece !== undefined) said.set("piece", String(scope.piece));
  if (scope.host !== null) said.set("host", scope.host);
  if (scope.protocol !== null) said.set("protocol", scope.protocol);
  if (frame !== null) said.set("frame", String(frame));
  for (const [table, order] of Object.entries(orders)) said.set(table, (order.descending ? "-" : "") + order.sort);
  const search = said.size > 0 ? `?${said}` : "";
  return `#${sample ? `${SAMPLE}/` : ""}${view}${search}`;
}

/**
 * Keeps the address and the selection alike, both ways. Another view is a step in the browser's history, and so is another choice of events, the page of
 * another torrent, or that a frame is looked at; anything else is not.
 * @param {Signal<Selection>} selection
 */
export function followAddress(selection) {
  selection.value = parse(location.hash);
  let place = placeOf(selection.value);
  effect(() => {
    const hash = format(selection.value);
    if (hash === location.hash) return;
    const next = placeOf(selection.value);
    if (next === place) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
    place = next;
  });
  addEventListener("popstate", () => {
    const said = parse(location.hash);
    place = placeOf(said);
    selection.value = said;
  });
}

/** @param {Selection} selection */
function placeOf({ view, scope, torrent, frame }) {
  const looked = frame === null ? "" : " frame";
  if (view === "torrents") return `${view} ${torrent}${looked}`;
  return view === "events" ? `${view} ${JSON.stringify(scope)}${looked}` : view + looked;
}

/**
 * @param {URLSearchParams} said
 * @returns {Scope}
 */
function scopeOf(said) {
  const fitting = (/** @type {string} */ name, /** @type {RegExp} */ form) => {
    const text = said.get(name);
    return text !== null && form.test(text) ? text : null;
  };
  const flow = fitting("flow", FLOW);
  const piece = fitting("piece", PIECE);
  return {
    ...EVERYTHING,
    flow: flow === null ? null : Number(flow),
    torrent: fitting("about", INFO_HASH),
    host: fitting("host", HOST),
    protocol: fitting("protocol", PROTOCOL),
    ...(piece === null ? {} : { piece: Number(piece) }),
  };
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
