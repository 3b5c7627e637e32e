/**
 * How a torrent's peers came along, over capture time: what each had, how many copies of a piece there were, and how rare the pieces were that were
 * asked for.
 *
 * @import { TorrentStudy } from "../engine/types"
 * @import { Span } from "./torrent_confirmed"
 * @import { Pointing } from "./torrent_map"
 */
import { clock, NONE, number } from "../base/format";
import { Beads } from "../components/beads";
import { Curves } from "../components/curves";
import { Figures } from "../components/figures";
import { Steps } from "../components/steps";
import { hostOf, partTold, Picture } from "./picture";
import { percentOf } from "./swarms_columns";
import { availabilityFinding, progressFinding, rarityFinding, telling } from "./torrent_findings";

/** Lines that a picture bears. */
const CURVES = 24;

/** @param {Pointing & { study: TorrentStudy, span: Span }} props */
export function TorrentProgress({ study, span, pointed, onPoint }) {
  const order = telling(study.curves);
  if (order.length === 0) return null;
  const drawn = order.slice(0, CURVES);
  const local = drawn.some((curve) => curve.local) ? "; thick: the local host" : "";
  const part = partTold(drawn.length, study.counts.progress_known, "the most telling");
  return (
    <Picture
      title={progressFinding(study)}
      caption={`share of the pieces that each peer had${local}; dashed: ${number(study.threshold)} %${part}`}
    >
      <Curves
        curves={drawn.map(({ endpoint, local: strong, points, completed_at: completed }) => ({
          key: endpoint,
          label: hostOf(endpoint),
          told: `${endpoint}: ${percentOf(points[points.length - 1].share)} %${completed === null ? "" : `, completed ${clock(completed)}`}`,
          strong,
          points,
          last: points[points.length - 1].time,
        }))}
        {...span}
        threshold={study.threshold}
        label="What share of the pieces each peer had over time; the table below has the figures"
        pointed={pointed}
        onPoint={onPoint}
      />
      <Figures
        label="Progress of each peer"
        columns={[
          { title: "Peer", code: true },
          { title: "Client" },
          { title: "First known", figure: true },
          { title: "Had, %", figure: true },
          { title: "Last known", figure: true },
          { title: "Had then, %", figure: true },
          { title: "Completed", figure: true },
        ]}
        rows={order.map(({ endpoint, client, points, completed_at: completed }) => {
          const [first, last] = [points[0], points[points.length - 1]];
          return [
            endpoint,
            client ?? NONE,
            clock(first.time),
            percentOf(first.share),
            clock(last.time),
            percentOf(last.share),
            clock(completed),
          ];
        })}
      />
    </Picture>
  );
}

/** @param {{ study: TorrentStudy, span: Span }} props */
export function TorrentAvailability({ study: { availability }, span }) {
  if (availability.length === 0) return null;
  return (
    <Picture
      title={availabilityFinding(availability)}
      caption="copies of a piece among the peers then connected and known; thick: of the rarest piece"
    >
      <Steps
        times={availability.map(({ time }) => time)}
        amounts={[
          { name: "mean", strong: false, values: availability.map(({ mean }) => mean) },
          { name: "rarest piece", strong: true, values: availability.map(({ minimum }) => minimum) },
        ]}
        {...span}
        unit="copies"
        label="Copies of the rarest piece, and of a piece on average, over time; the table below has the figures"
        told={(index) => {
          const { time, minimum, mean, peers } = availability[index];
          return `${clock(time)}: rarest ${number(minimum)}, mean ${number(mean, 1)}, ${number(peers)} peers`;
        }}
      />
      <Figures
        label="Copies of a piece over time"
        columns={[
          { title: "From" },
          { title: "Of the rarest", figure: true },
          { title: "On average", figure: true },
          { title: "Peers", figure: true },
        ]}
        rows={availability.map(({ time, minimum, mean, peers }) => [
          clock(time),
          number(minimum),
          number(mean, 1),
          number(peers),
        ])}
      />
    </Picture>
  );
}

const RARITY_RULES = [
  { share: 0, text: "rarest", short: "0" },
  { share: 0.5, text: "by chance", short: "0.5" },
  { share: 1, text: "most common", short: "1" },
];

/** @param {{ study: TorrentStudy, span: Span }} props */
export function TorrentRarity({ study: { rarest_first: moments }, span }) {
  if (moments.length === 0) return null;
  return (
    <Picture
      title={rarityFinding(moments)}
      caption="rank of the pieces asked for: 0 the rarest, 0.5 as by chance, 1 the most common; larger: more requests"
    >
      <Beads
        beads={moments.map(({ time, rank, requests }) => ({ time, share: rank, weight: requests }))}
        {...span}
        rules={RARITY_RULES}
        chance={0.5}
        label="How rare the pieces were that were asked for, over time; the table below has the figures"
        told={({ time, share, weight }) => `${clock(time)}: rank ${number(share, 2)} of ${number(weight)} requests`}
      />
      <Figures
        label="How rare the pieces were that were asked for"
        columns={[{ title: "From" }, { title: "Requests", figure: true }, { title: "Rank", figure: true }]}
        rows={moments.map(({ time, requests, rank }) => [clock(time), number(requests), number(rank, 2)])}
      />
    </Picture>
  );
}
