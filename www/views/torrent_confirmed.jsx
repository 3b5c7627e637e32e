/**
 * Who completed a torrent, and when: a lower bound, with what it is a part of.
 *
 * @import { TorrentStudy } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { Pointing } from "./torrent_map"
 */
import { clock, counted, NONE, number } from "../base/format";
import { Completions } from "../components/completions";
import { Figures } from "../components/figures";
import { FrameNumber } from "../components/frame_number";
import { HourBars } from "../components/hour_bars";
import { hostOf, Picture } from "./picture";
import { Threshold } from "./threshold";

/** A capture longer than so many seconds is told by the hour, too. */
const BY_THE_HOUR_FROM = 7200;

/** The capture's first and last moment, in seconds since the Unix epoch. @typedef {{ from: number, to: number }} Span */

/** @param {Pointing & { app: App, study: TorrentStudy, span: Span }} props */
export function TorrentConfirmed({ app, study, span, pointed, onPoint }) {
  const { confirmed, confirmed_per_hour: hours, threshold } = study;
  const completions = confirmed.map(({ endpoint, time, not_before: since, local }) => ({
    key: endpoint,
    label: hostOf(endpoint) + (local ? " (local)" : ""),
    told: `${endpoint}${local ? " (local)" : ""}, ${timeTold(since, time)}`,
    at: time,
    since,
  }));
  const between = completions.some(({ at, since }) => at !== since);
  return (
    <Picture
      title={finding(confirmed.length)}
      caption={denominators(study, between)}
      aside={<Threshold app={app} threshold={threshold} />}
    >
      {confirmed.length > 0 && (
        <>
          <Completions
            completions={completions}
            {...span}
            name={counted(confirmed.length, "peer")}
            label="When each confirmed download was completed; the table below has the figures"
            pointed={pointed}
            onPoint={onPoint}
          />
          {span.to - span.from > BY_THE_HOUR_FROM && (
            <HourBars
              hours={hours.map(({ time, confirmed: count }) => ({ time, count }))}
              {...span}
              unit="an hour"
              label="Confirmed downloads an hour; the table below has each"
              told={({ time, count }) => `from ${clock(time)}: ${number(count)} completed`}
            />
          )}
          <Figures
            label="Confirmed downloads"
            columns={[
              { title: "Peer", code: true },
              { title: "Client" },
              { title: "Completed", figure: true },
              { title: "Not before", figure: true },
              { title: "Frame", figure: true },
            ]}
            rows={confirmed.map(({ endpoint, client, time, not_before: since, frame }) => [
              endpoint,
              client ?? NONE,
              clock(time),
              since === time ? "exact" : clock(since),
              <FrameNumber key="frame" frame={frame} />,
            ])}
          />
        </>
      )}
    </Picture>
  );
}

/** @param {number} count */
function finding(count) {
  return count === 0 ? "No peer is seen to complete it" : `At least ${counted(count, "peer")} completed it`;
}

/**
 * @param {TorrentStudy} study
 * @param {boolean} between are there any whose time is not exact?
 */
export function denominators({ counts, confirmed, threshold }, between) {
  const { progress_known: known, complete_at_first: first, met_once_below: once } = counts;
  if (known === 0) return "of no peer it is known how much it had";
  const never = Math.max(known - first - confirmed.length, 0);
  const parts = [
    `${number(first)} had as much when first met`,
    `${number(never)} never crossed ${number(threshold)} %`,
  ];
  if (once > 0) parts.push(`${number(once)} of these met once only`);
  const signs = confirmed.length === 0 ? "" : `. Diamond: exact time${between ? "; box: between two contacts" : ""}`;
  return `of ${number(known)} with known progress: ${parts.join(", ")}${signs}`;
}

/**
 * @param {number} since
 * @param {number} time
 */
function timeTold(since, time) {
  return since === time ? clock(time) : `between ${clock(since)} and ${clock(time)}`;
}
