/**
 * How much BitTorrent moved, and when: in sentences.
 *
 * @import { Capture, Traffic } from "../engine/types"
 * @import { SentencePart } from "./overview_parts"
 */
import { clock, counted, duration, instant, size } from "../base/format";
import { steady } from "../components/timeline_frame";
import { link, shareTold } from "./overview_parts";

/** The bytes of one side, a bin each, and how the side is called behind a rate. @typedef {{ name: string, bytes: number[] }} Side */

/** What begins or ends within so many seconds of the capture's own begin or end, lasts from its start or to its end. */
const NEAR = 1;
const DAY = 86_400;

/**
 * @param {Traffic} traffic
 * @param {boolean} brief is there little room?
 * @returns {SentencePart[]}
 */
export function volumeTold({ totals, dht }, brief) {
  const { down, up, within, others, everything } = totals;
  // What went from one local host to another is in both.
  const moved = down + up - within + others;
  if (moved === 0) {
    const asked = sum(dht);
    return [asked > 0 ? `No data; ${counted(asked, "DHT message")}.` : "No data was exchanged."];
  }
  const share = everything > 0 ? `: ${shareTold(moved / everything)} of everything that was on the wire` : "";
  const end = brief ? "." : `${share}.`;
  const local = [ordered(`${size(down)} down`, "received"), brief ? ", " : " and ", ordered(`${size(up)} up`, "sent")];
  if (others === 0) return [...local, end];
  const between = ordered(size(others), "received");
  if (down + up === 0) return [between, brief ? "" : " between hosts of which none is known to be local", end];
  return brief ? [...local, end] : [...local, ", and ", between, ` between hosts elsewhere${end}`];
}

/**
 * @param {string} text
 * @param {"sent" | "received"} sort
 */
function ordered(text, sort) {
  return link(text, { view: "hosts", orders: { hosts: { sort, descending: true } } });
}

/**
 * @param {Traffic} traffic
 * @param {Capture} capture
 * @param {boolean} brief
 * @returns {SentencePart[]}
 */
export function timeTold(traffic, capture, brief) {
  const { bin_seconds: bin, first_time: start, down, up, others } = traffic;
  const { first_time: first, last_time: last } = capture;
  const sides = [
    { name: "down", bytes: down },
    { name: "up", bytes: up },
    { name: "", bytes: others },
  ];
  const busy = busyBins(sides);
  if (start === null || first === null || last === null || busy === null) return ["At no time."];
  const written = last - first > DAY ? instant : clock;
  const from = start + busy.first * bin <= first + NEAR;
  const to = start + (busy.last + 1) * bin >= last - NEAR;
  const begin = from ? "the start" : written(start + busy.first * bin);
  const end = to ? "the end" : written(start + (busy.last + 1) * bin);
  const through = from && to ? "All through" : `From ${begin} to ${end}`;
  const span = from && to && !brief ? `From the start to the end, ${duration(last - first)}` : through;
  // As the picture below is drawn on a wide page, so that both tell the same peak.
  const count = steady(down.length, bin, 1);
  const peak = busiest(sides, count);
  const at = written(start + peak.index * count * bin);
  const rate = `${size(Math.round(peak.bytes / (count * bin)))}/s${peak.name && ` ${peak.name}`}`;
  return [`${span}; busiest at ${at}${brief ? "" : ` with ${rate}`}.`];
}

/** @param {Side[]} sides */
function busyBins(sides) {
  const first = sides.map(({ bytes }) => bytes.findIndex((amount) => amount > 0)).filter((index) => index >= 0);
  if (first.length === 0) return null;
  const last = sides.map(({ bytes }) => bytes.findLastIndex((amount) => amount > 0));
  return { first: Math.min(...first), last: Math.max(...last) };
}

/**
 * @param {Side[]} sides
 * @param {number} count bins that are taken together
 */
function busiest(sides, count) {
  const most = { name: "", index: 0, bytes: 0 };
  for (const { name, bytes } of sides) {
    for (let index = 0; index * count < bytes.length; index += 1) {
      const amount = sum(bytes.slice(index * count, (index + 1) * count));
      if (amount > most.bytes) Object.assign(most, { name, index, bytes: amount });
    }
  }
  return most;
}

/** @param {number[]} amounts */
function sum(amounts) {
  return amounts.reduce((total, amount) => total + amount, 0);
}
