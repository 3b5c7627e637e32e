/**
 * How much BitTorrent moved, and when: in sentences.
 *
 * @import { Capture, Overview } from "../engine/types"
 * @import { SentencePart, Traffic } from "./overview_parts"
 */
import { clock, counted, duration, instant, size } from "../base/format";
import { link, shareTold } from "./overview_parts";

/** The bytes of one side, a bin each, and how the side is called behind a rate. @typedef {{ name: string, bytes: number[] }} Side */

/** The least seconds over which a rate is told: what comes in one burst says little of the load. */
const RATE_SECONDS = 1;
const DAY = 86_400;

/**
 * @param {Traffic} traffic
 * @param {boolean} brief is there little room?
 * @returns {SentencePart[]}
 */
export function volumeTold({ totals, dht }, brief) {
  const { down, up, others, everything } = totals;
  const moved = down + up + others;
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
 * The same by what the hosts sent and got, where traffic over time is not told.
 * @param {Overview} overview
 * @param {boolean} brief
 * @returns {SentencePart[]}
 */
export function hostVolumeTold({ who, how_much: { down, up } }, brief) {
  const got = ordered(`${size(down)} down`, "received");
  const sent = ordered(`${size(up)} up`, "sent");
  return [got, brief ? ", " : " and ", sent, brief || who.of_local ? "." : ", over all of these hosts."];
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
  const from = start + busy.first * bin <= first + RATE_SECONDS;
  const to = start + (busy.last + 1) * bin >= last - RATE_SECONDS;
  const begin = from ? "the start" : written(start + busy.first * bin);
  const end = to ? "the end" : written(start + (busy.last + 1) * bin);
  const through = from && to ? "All through" : `From ${begin} to ${end}`;
  const span = from && to && !brief ? `From the start to the end, ${duration(last - first)}` : through;
  const count = Math.ceil(RATE_SECONDS / bin);
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
