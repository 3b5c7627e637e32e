/**
 * The views of the page, in the order of the rail, in its groups. A new view is a file and a line here; which tables it shows, state/app.js
 * knows.
 *
 * @import { FunctionComponent } from "preact"
 * @import { ExportView } from "../engine/messages"
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { ViewId } from "../state/selection"
 */
import { Connections } from "./connections";
import { Dht } from "./dht";
import { Download } from "./download";
import { Encrypted } from "./encrypted";
import { Events } from "./events";
import { Findings } from "./findings";
import { Geography } from "./geography";
import { Hosts } from "./hosts";
import { Init } from "./init";
import { Overview } from "./overview";
import { Peers } from "./peers";
import { Sources } from "./sources";
import { Torrents } from "./torrents";
import { Trackers } from "./trackers";
import { WatchList } from "./watch";

/**
 * @typedef {object} View
 * @property {ViewId} id
 * @property {"Answers" | "Study" | "Bench"} [group] of the rail; what is first stands in none
 * @property {string} title as the rail names it
 * @property {string} [digit] the key that shows it; there are ten, and a view that has one keeps it
 * @property {string} [letter] the same for a view that came when they were taken
 * @property {(digest: Digest) => number | null} count of what it lists; null where that takes another reading
 * @property {ExportView} [exported] what the export calls it, where it has it
 * @property {FunctionComponent<{ app: App, digest: Digest, reading: boolean }>} component
 */

/** @type {View[]} */
export const VIEW_TABLE = [
  {
    id: "overview",
    title: "Overview",
    letter: "o",
    count: () => null,
    exported: "overview",
    component: Overview,
  },
  {
    id: "init",
    group: "Answers",
    title: "Init",
    digit: "1",
    count: ({ init }) => init.bootstrap.length,
    exported: "init",
    component: Init,
  },
  {
    id: "peers",
    group: "Answers",
    title: "Peers (DHT)",
    digit: "2",
    count: ({ peers }) => peers.nodes,
    exported: "peers",
    component: Peers,
  },
  {
    id: "download",
    group: "Answers",
    title: "Download",
    digit: "3",
    count: ({ torrent_count: count }) => count,
    exported: "download",
    component: Download,
  },
  {
    id: "torrents",
    group: "Study",
    title: "Torrents",
    exported: "swarm",
    count: ({ known_torrent_count: count }) => count,
    component: Torrents,
  },
  {
    id: "sources",
    group: "Study",
    title: "Sources",
    exported: "sources",
    count: ({ sources }) => sources.addresses,
    component: Sources,
  },
  {
    id: "hosts",
    group: "Study",
    title: "Hosts",
    digit: "4",
    count: ({ local_host_count: count }) => count,
    exported: "hosts",
    component: Hosts,
  },
  {
    id: "geography",
    group: "Study",
    title: "Geography",
    count: () => null,
    exported: "geography",
    component: Geography,
  },
  {
    id: "trackers",
    group: "Bench",
    title: "Trackers",
    digit: "5",
    count: ({ trackers }) => trackers.announces,
    exported: "trackers",
    component: Trackers,
  },
  {
    id: "dht",
    group: "Bench",
    title: "DHT",
    digit: "6",
    exported: "dht",
    count: ({ lookup_count: count }) => count,
    component: Dht,
  },
  {
    id: "connections",
    group: "Bench",
    title: "Connections",
    digit: "7",
    count: ({ connection_count: count }) => count,
    exported: "connections",
    component: Connections,
  },
  {
    id: "encrypted",
    group: "Bench",
    title: "Encrypted flows",
    digit: "8",
    count: ({ encrypted_flow_count: count }) => count,
    exported: "encrypted",
    component: Encrypted,
  },
  {
    id: "events",
    group: "Bench",
    title: "Events",
    digit: "9",
    count: () => null,
    exported: "events",
    component: Events,
  },
  {
    id: "findings",
    group: "Bench",
    title: "Findings",
    digit: "0",
    count: ({ findings }) => findings.length,
    component: Findings,
  },
  {
    id: "watch",
    group: "Bench",
    title: "Watch list",
    letter: "w",
    count: () => null,
    component: WatchList,
  },
];
