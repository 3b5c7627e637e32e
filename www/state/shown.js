/**
 * Which tables a view shows, and which of their rows in which order.
 *
 * @import { TableId } from "./rows"
 * @import { Selection, ViewId } from "./selection"
 * @import { Question } from "./table_source"
 */
import { orderOf } from "./selection";

/** Which tables each view shows: only these are fetched while it is in sight. */
export const SHOWN = /** @type {Record<ViewId, (selection: Selection) => TableId[]>} */ ({
  overview: () => ["overview_hosts"],
  init: () => ["bootstrap"],
  peers: () => ["nodes"],
  download: (selection) => ["torrents", selection.list],
  torrents: () => ["torrent_list", "peers"],
  sources: () => ["sources", "source_requests", "source_addresses", "secondary_statistics"],
  trackers: () => ["announces"],
  hosts: () => ["hosts"],
  geography: (selection) => [selection.by],
  dht: () => ["lookups"],
  encrypted: () => ["encrypted_flows"],
  connections: () => ["connections"],
  events: () => [],
  findings: () => [],
  watch: () => [],
});

/**
 * What is asked of a table that a view shows; null where there is no torrent to ask about.
 * @param {Selection} selection
 * @param {TableId} table
 * @param {{ shown: string | null | undefined, studied: string | null }} torrents the one that the download view is about, and the one whose page
 *   is in sight
 * @returns {Question | null}
 */
export function questionOf(selection, table, { shown, studied }) {
  const ofTorrent = table === "pieces" || table === "contributors";
  if (ofTorrent && shown === undefined) return null;
  const narrowed = ofTorrent ? { torrent: shown } : table === "peers" ? { torrent: studied } : {};
  // On the page of a torrent the list is only counted.
  const filter = studied !== null && table === "torrent_list" ? "" : selection.filter;
  return { ...orderOf(selection, table), filter, ...narrowed };
}
