/**
 * How much of a torrent moved, and when.
 *
 * @import { TorrentTraffic as Moved } from "../engine/types"
 * @import { Span } from "./torrent_confirmed"
 */
import { useMemo } from "preact/hooks";
import { clock, mebibytes, moment, NONE, size } from "../base/format";
import { peakOf, summed } from "../components/bins";
import { Figures } from "../components/figures";
import { Timeline } from "../components/timeline";
import { Picture } from "./picture";
import { onSpan } from "./torrent_sent";

/** @param {{ traffic: Moved, span: Span }} props */
export function TorrentTraffic({ traffic, span }) {
  const drawn = useMemo(() => drawnOf(traffic, span), [traffic, span.from, span.to]);
  if (traffic.first_time === null) return null;
  const { bin_seconds: width, first_time: start, down, up, others } = traffic;
  const written = width < 1 ? moment : clock;
  const rows = down.flatMap((_, index) => {
    const bytes = [down[index], up[index], others[index]];
    if (bytes.every((amount) => amount === 0)) return [];
    return [[written(start + index * width), ...bytes.map((amount) => (amount === 0 ? NONE : mebibytes(amount, 2)))]];
  });
  return (
    <Picture title={movedTold(traffic)} caption="bytes a second of its connections, with the framing of messages">
      <Timeline
        traffic={drawn}
        label="Bytes per second of the torrent over the capture; the table below has the figures"
      />
      <Figures
        label="Bytes of the torrent over time"
        columns={[
          { title: "From" },
          { title: "Down, MiB", figure: true },
          { title: "Up, MiB", figure: true },
          { title: "Between others, MiB", figure: true },
        ]}
        rows={rows}
      />
    </Picture>
  );
}

/**
 * The same on the capture's whole time, as the other pictures are.
 * @param {Moved} traffic
 * @param {Span} span
 */
function drawnOf(traffic, { from, to }) {
  const [down, up, others] = [traffic.down, traffic.up, traffic.others].map((of) => onSpan(traffic, of, from, to));
  const none = down.amounts.map(() => 0);
  const { first_time, bin_seconds } = down;
  const amounts = { down: down.amounts, up: up.amounts, others: others.amounts };
  return { first_time, bin_seconds, ...amounts, down_encrypted: none, up_encrypted: none };
}

/**
 * How much of it moved, and when most did, over a second or a bin.
 * @param {Moved} traffic
 */
export function movedTold({ bin_seconds: width, first_time: start, down, up, others }) {
  const count = Math.max(Math.round(1 / width), 1);
  const [got, sent, between] = [down, up, others].map((amounts) => amounts.reduce((sum, bytes) => sum + bytes, 0));
  const all = down.map((bytes, index) => bytes + up[index] + others[index]);
  const peak = peakOf(summed(all, count));
  if (start === null || peak.amount === 0) return "None of its bytes moved";
  const parts = got + sent > 0 ? [`${size(got)} down`, `${size(sent)} up`] : [];
  if (between > 0) parts.push(`${size(between)} between ${parts.length > 0 ? "others" : "hosts elsewhere"}`);
  return `${parts.join(", ")}; busiest at ${clock(start + peak.at * count * width)}`;
}
