/**
 * What each source named and what came of it, how much of it was new by the hour, and how long peers were silent.
 *
 * @import { Bar } from "../components/step_bars"
 * @import { MessageGaps, SourceHour, SourceRow } from "../engine/types"
 */
import { counted, instant, number, sentence } from "../base/format";
import { StepBars } from "../components/step_bars";
import { Picture } from "./picture";
import { sourceName } from "./sources_columns";

/** Sources at the beginning of a sentence. @type {Record<string, string>} */
const NAMERS = { tracker: "Trackers", dht: "The DHT", magnet: "Magnet links" };

/** The most hours that are drawn. */
const HOURS = 24;
const ALL = 100;
/** The original's timeout, in seconds. */
const TIMEOUT = 6;

/** @param {{ sources: SourceRow[] }} props */
export function SourcesPicture({ sources }) {
  if (sources.length === 0) return null;
  const groups = sources.map((row) => ({
    key: row.source,
    label: sentence(sourceName(row.source)),
    bars: barsOf(row),
  }));
  return (
    <Picture title={finding(sources)} caption="addresses of each source; each bar is a part of the one above it">
      <StepBars
        groups={groups}
        label="Addresses of each source: received, unique, tried, answered, useful; the table has the figures"
      />
    </Picture>
  );
}

/**
 * @param {SourceRow} row
 * @returns {Bar[]}
 */
export function barsOf({ received, unique, tried, answered, handshakes, useful }) {
  /** @type {Bar[]} */
  const bars = [
    { amount: received, words: `${number(received)} received`, step: 1 },
    { amount: unique, words: `${number(unique)} unique`, step: 2 },
  ];
  if (tried === null) bars.push({ amount: handshakes, words: `${number(handshakes)} sent a handshake`, step: 4 });
  else {
    bars.push({ amount: tried, words: `${number(tried)} tried`, step: 3 });
    bars.push({
      amount: answered ?? 0,
      words: `${number(answered)} answered, ${number(handshakes)} in clear`,
      step: 4,
    });
  }
  bars.push({ amount: useful, words: `${number(useful)} exchanged blocks`, step: 5 });
  return bars;
}

/** @param {SourceRow[]} sources */
function finding(sources) {
  const named = sources.filter(({ source }) => source !== "incoming");
  const best = named.reduce((most, row) => (row.first > most.first ? row : most), named[0]);
  if (best === undefined) return "No source named a peer: all came by themselves";
  const all = named.reduce((sum, { first }) => sum + first, 0);
  return `${NAMERS[best.source] ?? sourceName(best.source)} named ${number(best.first)} of ${counted(all, "address", "addresses")} first`;
}

/** @param {{ hours: SourceHour[] }} props */
export function HoursPicture({ hours }) {
  if (hours.length === 0) return null;
  const times = [...new Set(hours.map(({ time }) => time))];
  const drawn = times.slice(-HOURS);
  const groups = drawn.map((time) => ({
    key: String(time),
    label: hourOf(time),
    bars: hours.filter((row) => row.time === time).flatMap(hourBars),
  }));
  const received = hours.reduce((sum, row) => sum + row.new + row.duplicate, 0);
  const fresh = hours.reduce((sum, row) => sum + row.new, 0);
  const part = drawn.length < times.length ? `; the last ${number(drawn.length)} of ${number(times.length)} hours` : "";
  return (
    <Picture
      title={`${number((fresh / Math.max(received, 1)) * ALL)} % of what was received was new`}
      caption={`addresses by the hour and source: all, and those that nobody had named for the torrent before${part}`}
    >
      <StepBars groups={groups} label="New and known addresses by hour and source" />
    </Picture>
  );
}

/**
 * @param {SourceHour} row
 * @returns {Bar[]}
 */
function hourBars({ source, new: fresh, duplicate }) {
  const name = sourceName(source);
  return [
    { amount: fresh + duplicate, words: `${number(fresh + duplicate)} from ${name}`, step: 1 },
    { amount: fresh, words: `${number(fresh)} new, ${number(duplicate)} known`, step: 5 },
  ];
}

/** @param {number} time of the beginning of an hour */
function hourOf(time) {
  return instant(time).slice(5, 16);
}

/** @param {{ gaps: MessageGaps }} props */
export function GapsPicture({ gaps }) {
  if (gaps.gaps === 0) return null;
  const short = gaps.shares.find(({ below }) => below === TIMEOUT);
  const groups = gaps.shares.map(({ below, share, count, longest_share: longest, longest: openings }) => ({
    key: String(below),
    label: `below ${below} s`,
    bars: /** @type {Bar[]} */ ([
      { amount: share * ALL, words: `${percent(share)} of silences (+${number(count)})`, step: 2 },
      { amount: longest * ALL, words: `${percent(longest)} of the longest (+${number(openings)})`, step: 4 },
    ]),
  }));
  return (
    <Picture
      title={`${percent(short?.share ?? 0)} of the silences between a peer’s messages were shorter than ${TIMEOUT} s`}
      caption={`${counted(gaps.openings, "opening")} of connections, from the handshake to the first silence of 30 s; the longest one of each, too`}
    >
      <StepBars
        groups={groups}
        most={ALL}
        label="What share of the silences between messages is below each bound, in per cent"
      />
    </Picture>
  );
}

/** @param {number} share */
function percent(share) {
  return `${number(share * ALL, 1)} %`;
}
