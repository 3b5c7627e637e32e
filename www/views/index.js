/**
 * The views of the page, in the order of the rail. A new view is a file and a line here; which tables it shows, state/app.js knows.
 *
 * @import { FunctionComponent } from "preact"
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { ViewId } from "../state/selection"
 */
import { Download } from "./download";
import { Findings } from "./findings";
import { Init } from "./init";
import { Peers } from "./peers";

/**
 * @typedef {object} View
 * @property {ViewId} id
 * @property {string} title as the rail names it
 * @property {(digest: Digest) => number} count of what it lists
 * @property {FunctionComponent<{ app: App, digest: Digest, reading: boolean }>} component
 */

/** @type {View[]} */
export const VIEW_TABLE = [
  { id: "init", title: "Init", count: ({ init }) => init.bootstrap.length, component: Init },
  { id: "peers", title: "Peers (DHT)", count: ({ peers }) => peers.nodes, component: Peers },
  { id: "download", title: "Download", count: ({ torrent_count: count }) => count, component: Download },
  { id: "findings", title: "Findings", count: ({ findings }) => findings.length, component: Findings },
];
