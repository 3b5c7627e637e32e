/**
 * What each contributor of a torrent sent over time.
 *
 * @import { PieceMap, TorrentTraffic } from "../engine/types"
 * @import { SentOver } from "../components/sender_lanes"
 */
import { clock, NONE, number, size } from "../base/format";
import { peakOf, summed, together } from "../components/bins";
import { Figures } from "../components/figures";
import { hostOf } from "./picture";

/** Bins that can be told apart in the picture. */
const BINS = 256;

/**
 * Those of the ranked contributors whose bytes over time are known: of a host that is one contributor only. Null where there is none.
 * @param {PieceMap | null} map
 * @param {TorrentTraffic | null} traffic
 * @param {number} from the capture's first moment
 * @param {number} to its last
 * @returns {SentOver | null}
 */
export function sentBy(map, traffic, from, to) {
  if (!map || !traffic || traffic.first_time === null || to <= from) return null;
  const hosts = map.contributors.map(({ endpoint }) => addressOf(endpoint));
  const lanes = hosts.flatMap((host, index) => {
    const known = traffic.contributors.find(({ address }) => address === host);
    if (!known || hosts.indexOf(host) !== hosts.lastIndexOf(host)) return [];
    const { amounts } = onSpan(traffic, known.sent, from, to, BINS);
    return [{ rank: index + 1, endpoint: map.contributors[index].endpoint, amounts }];
  });
  if (lanes.length === 0) return null;
  const { first_time: start, bin_seconds: seconds } = onSpan(traffic, [], from, to, BINS);
  return { start, seconds, lanes, most: Math.max(...lanes.map(({ amounts }) => peakOf(amounts).amount), 1) };
}

/**
 * Amounts on bins from a capture's first moment to its last, of which those of the torrent are a part; at most so many bins.
 * @param {Pick<TorrentTraffic, "first_time" | "bin_seconds">} traffic
 * @param {number[]} amounts
 * @param {number} from
 * @param {number} to
 * @param {number} [most]
 */
export function onSpan({ first_time: first, bin_seconds: width }, amounts, from, to, most = 1024) {
  const begin = first ?? from;
  const before = Math.max(Math.ceil((begin - from) / width), 0);
  const start = begin - before * width;
  const count = Math.max(Math.ceil((to - start) / width), before + amounts.length, 1);
  const whole = new Array(count).fill(0);
  amounts.forEach((amount, index) => (whole[before + index] = amount));
  const factor = together(count, most, 1);
  return { first_time: start, bin_seconds: width * factor, amounts: summed(whole, factor) };
}

/** @param {SentOver} sent */
export function sentCaption({ most, seconds }) {
  return `when each sent: one scale, at most ${size(Math.round(most / seconds))}/s`;
}

/** @param {{ sent: SentOver }} props */
export function SentFigures({ sent: { start, seconds, lanes } }) {
  const rows = lanes.map(({ rank, endpoint, amounts }) => {
    const peak = peakOf(amounts);
    const first = amounts.findIndex((amount) => amount > 0);
    const last = amounts.findLastIndex((amount) => amount > 0);
    const at = (/** @type {number} */ index) => (index < 0 ? NONE : clock(start + index * seconds));
    return [number(rank), endpoint, at(first), at(last), at(peak.at), size(Math.round(peak.amount / seconds))];
  });
  return (
    <Figures
      label="What each contributor sent over time"
      columns={[
        { title: "Rank", figure: true },
        { title: "Sent by", code: true },
        { title: "From", figure: true },
        { title: "To", figure: true },
        { title: "Most at", figure: true },
        { title: "Then, a second", figure: true },
      ]}
      rows={rows}
    />
  );
}

/**
 * The address of an endpoint, as it stands where there is no port.
 * @param {string} endpoint
 */
function addressOf(endpoint) {
  return hostOf(endpoint).replace(/^\[|\]$/g, "");
}
