/**
 * What the study of a torrent found, in a sentence each: the titles of its pictures.
 *
 * @import { TorrentStudy } from "../engine/types"
 */
import { clock, counted, number } from "../base/format";
import { percentOf } from "./swarms_columns";

/** Ranks so near to 0.5 are as by chance. */
const CHANCE = 0.05;

/** @typedef {TorrentStudy["curves"][number]} Curve */
/** @typedef {TorrentStudy["availability"][number]} Moment */

/**
 * Curves, the most telling first: the local host's own, then those that rose, then the others.
 * @param {Curve[]} curves
 */
export function telling(curves) {
  const weight = (/** @type {Curve} */ { local, points }) => {
    const rose = points.some(({ share }) => share > points[0].share);
    return local ? 0 : rose ? 1 : 2;
  };
  const known = curves.filter(({ points }) => points.length > 0);
  return known
    .map((curve) => ({ curve, weight: weight(curve) }))
    .sort((a, b) => a.weight - b.weight)
    .map(({ curve }) => curve);
}

/** @param {TorrentStudy} study */
export function progressFinding({ confirmed, curves }) {
  const own = confirmed.find(({ local }) => local);
  const others = confirmed.filter(({ local }) => !local);
  if (own) {
    const before = others.filter(({ time }) => time < own.time).length;
    const at = `The local host completed at ${clock(own.time)}`;
    if (others.length === 0) return at;
    return before === 0
      ? `${at}, before anyone else`
      : `${at}, after ${number(before)} of ${counted(others.length, "other")}`;
  }
  if (confirmed.length === 1) return `One peer completed, at ${clock(confirmed[0].time)}`;
  if (confirmed.length > 1) {
    const times = confirmed.map(({ time }) => time);
    return `The first completed at ${clock(Math.min(...times))}, the last at ${clock(Math.max(...times))}`;
  }
  const rose = telling(curves).filter(({ points }) => points.some(({ share }) => share > points[0].share));
  if (rose.length === 0) return "Nobody’s share is seen to grow";
  const most = Math.max(...rose.flatMap(({ points }) => points.map(({ share }) => share)));
  return `Of those who downloaded, the furthest came to ${percentOf(most)} %`;
}

/**
 * How many copies of every piece there were, and when: in the time in which most peers stood ready with a copy of every piece, the number that says
 * most of it.
 * @param {Moment[]} moments at least one, by time
 */
export function availabilityFinding(moments) {
  const ready = heaviest(
    stretches(moments, 0, moments.length, 1),
    (index) => moments[index].peers * lasting(moments, index),
  );
  if (ready === null) return "At no moment did every piece have a copy";
  const levels = new Set(moments.slice(ready.from, ready.to).map(({ minimum }) => minimum));
  let best = { copies: 0, stretch: ready, weight: -1 };
  for (const copies of levels) {
    const stretch =
      heaviest(stretches(moments, ready.from, ready.to, copies), (index) => lasting(moments, index)) ?? ready;
    const weight = copies * stretch.weight;
    if (weight > best.weight) best = { copies, stretch, weight };
  }
  const { from, to } = best.stretch;
  const copies = `At least ${counted(best.copies, "copy", "copies")} of every piece`;
  if (from === 0 && to === moments.length) return `${copies} at any time`;
  const since = `from ${clock(moments[from].time)}`;
  return to === moments.length ? `${copies} ${since} on` : `${copies} ${since} to ${clock(moments[to].time)}`;
}

/** @param {TorrentStudy["rarest_first"]} moments at least one */
export function rarityFinding(moments) {
  const requests = moments.reduce((sum, moment) => sum + moment.requests, 0);
  const rank = moments.reduce((sum, moment) => sum + moment.rank * moment.requests, 0) / Math.max(requests, 1);
  const told = `${number(rank, 2)} on average`;
  if (rank < 0.5 - CHANCE) return `Rare pieces were asked for first: rank ${told}`;
  if (rank > 0.5 + CHANCE) return `Common pieces were asked for first: rank ${told}`;
  return `Pieces were asked for as by chance: rank ${told}`;
}

/**
 * Seconds that a moment's figures hold; the last one's hold for none.
 * @param {Moment[]} moments
 * @param {number} index
 */
function lasting(moments, index) {
  return (moments[index + 1]?.time ?? moments[index].time) - moments[index].time;
}

/** `to`: the first moment that is no longer of it. @typedef {{ from: number, to: number }} Stretch */

/**
 * The stretches in which there are never fewer copies.
 * @param {Moment[]} moments
 * @param {number} from
 * @param {number} to
 * @param {number} least
 */
function stretches(moments, from, to, least) {
  /** @type {Stretch[]} */
  const found = [];
  for (let at = from; at < to; at += 1) {
    if (moments[at].minimum < least) continue;
    const last = found.at(-1);
    if (last && last.to === at) last.to = at + 1;
    else found.push({ from: at, to: at + 1 });
  }
  return found;
}

/**
 * @param {Stretch[]} found
 * @param {(index: number) => number} weigh a moment
 */
function heaviest(found, weigh) {
  /** @type {(Stretch & { weight: number }) | null} */
  let best = null;
  for (const { from, to } of found) {
    let weight = 0;
    for (let index = from; index < to; index += 1) weight += weigh(index);
    if (best === null || weight > best.weight) best = { from, to, weight };
  }
  return best;
}
