/**
 * What is compared of countries, networks and clients: the amounts, their unit and hue, and how one is written.
 *
 * @import { Group } from "../engine/types"
 * @import { Measure } from "../state/selection"
 */
import { counted, number, size } from "../base/format";

const KIBI = 1024;
const MEBI = 1024 ** 2;

/** @type {Record<Measure, string>} */
export const MEASURE_NAMES = {
  peers: "Peers",
  nodes: "DHT nodes",
  bytes: "Bytes",
  confirmed: "Confirmed",
  speed: "Speed",
};

/**
 * - `of`: the amounts to be drawn, in the unit of the axis; `hues` of each;
 * - `note`: the amounts in words;
 * - `what`: what the amounts are of, for a sentence; `adds`: whether amounts of several make a whole.
 *
 * @typedef {object} Amounts
 * @property {(group: Group) => number[]} of
 * @property {string[]} hues
 * @property {string} unit
 * @property {(group: Group) => string} note
 * @property {string} what
 * @property {string} caption
 * @property {boolean} adds
 */

/** @type {Record<Measure, Amounts>} */
export const AMOUNTS = {
  peers: {
    of: (group) => [group.peers],
    hues: ["quiet"],
    unit: "peers",
    note: (group) => counted(group.peers, "peer"),
    what: "peers",
    caption: "peers that were met, one a torrent",
    adds: true,
  },
  nodes: {
    of: (group) => [group.nodes],
    hues: ["dht"],
    unit: "DHT nodes",
    note: (group) => counted(group.nodes, "node"),
    what: "DHT nodes",
    caption: "DHT nodes that answered",
    adds: true,
  },
  bytes: {
    of: (group) => [group.uploaded / MEBI, group.downloaded / MEBI],
    hues: ["download", "upload"],
    unit: "MiB",
    note: (group) => `${size(group.uploaded)}, ${size(group.downloaded)}`,
    what: "bytes",
    caption: "blocks in clear that came from peers there, and below that went to them",
    adds: true,
  },
  confirmed: {
    of: (group) => [group.confirmed],
    hues: ["quiet"],
    unit: "downloads",
    note: (group) => counted(group.confirmed, "download"),
    what: "confirmed downloads",
    caption: "downloads that are confirmed, a lower bound",
    adds: true,
  },
  speed: {
    of: (group) => [(group.max_speed ?? 0) / KIBI],
    hues: ["quiet"],
    unit: "KiB/s",
    note: (group) => (group.max_speed === null ? "" : `${number(group.max_speed / KIBI)} KiB/s`),
    what: "speed",
    caption: "the median of the peers’ greatest speeds",
    adds: false,
  },
};

/**
 * All that a measure counts of a sum.
 * @param {Group} group
 * @param {Measure} measure
 */
export function amountOf(group, measure) {
  return AMOUNTS[measure].of(group).reduce((sum, amount) => sum + amount, 0);
}
