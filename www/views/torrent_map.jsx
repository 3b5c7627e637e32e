/**
 * The pieces of a torrent: who sent each, or how many copies of it there were among the peers.
 *
 * @import { ListedTorrent, PieceMap as Pieces, TorrentStudy } from "../engine/types"
 * @import { SentOver } from "../components/sender_lanes"
 */
import { useState } from "preact/hooks";
import { clock, counted, number } from "../base/format";
import { SenderLanes } from "../components/sender_lanes";
import { CopiesMap } from "../components/copies_map";
import { Figures } from "../components/figures";
import { Contributors, PieceMapPlace, SendersMap } from "../components/piece_map";
import { piecesTold } from "./download_columns";
import { Picture } from "./picture";
import { sentCaption, SentFigures } from "./torrent_sent";

/** Stands for the contributors that have no rank. */
const REST = "others";

/** What the map shows. @typedef {"senders" | "when" | "copies"} Shown */

/** @type {Record<Shown, string>} */
const CHOICES = { senders: "Who sent", when: "When", copies: "Copies" };

/** The endpoint of the peer that is pointed at, anywhere on the page. @typedef {{ pointed: string | null, onPoint: (endpoint: string | null) => void }} Pointing */

/**
 * @param {Pointing & { row: ListedTorrent | null, map: Pieces | null, study: TorrentStudy | null, sent: SentOver | null, ranks: Map<string, number> }} props
 */
export function TorrentMap({ row, map, study, sent, ranks, pointed, onPoint }) {
  const [chosen, setChosen] = useState(/** @type {Shown} */ ("senders"));
  const senders = map !== null && map.contributors.length > 0;
  const copies = study?.copies.some((count) => count > 0) ? study.copies : [];
  if (map === null) return <PieceMapPlace pieces={row?.piece_count ?? 0} />;
  if (!senders && copies.length === 0) return <p class="caption">No piece of it went over the wire in this capture.</p>;
  /** @type {Shown[]} */
  const choices = [];
  if (senders) choices.push("senders");
  if (senders && sent !== null) choices.push("when");
  if (copies.length > 0) choices.push("copies");
  const shown = choices.includes(chosen) ? chosen : choices[0];
  const rank = pointed === null ? null : pointed === REST ? 0 : (ranks.get(pointed) ?? null);
  const pointRank = (/** @type {number | null} */ at) =>
    onPoint(at === null ? null : at === 0 ? REST : map.contributors[at - 1].endpoint);
  const pieces = study?.piece_count ?? copies.length;
  const heading = headingOf(shown, row, study, sent);
  return (
    <Picture {...heading} aside={choices.length > 1 && <Choice shown={shown} choices={choices} onChoose={setChosen} />}>
      <div class="piece-map">
        {shown === "when" && sent && (
          <SenderLanes
            sent={sent}
            label="What each contributor sent over time; the table below has the figures"
            pointed={rank}
            onPoint={pointRank}
          />
        )}
        {shown === "senders" && (
          <SendersMap
            map={map}
            label="Which pieces came from which contributor; the list beside it has the figures"
            pointed={rank}
            onPoint={pointRank}
          />
        )}
        {shown === "copies" && (
          <CopiesMap
            copies={copies}
            pieces={pieces}
            label="How many copies of each piece there were; the table below has the figures"
          />
        )}
        {senders && <Contributors map={map} pointed={rank} onPoint={pointRank} />}
      </div>
      {shown === "when" && sent && <SentFigures sent={sent} />}
      {shown === "copies" && (
        <Figures
          label="Copies of each piece"
          columns={[{ title: "Pieces" }, { title: "Copies", figure: true }]}
          rows={runsOf(copies).map(({ first, last, count }) => [
            rangeTold(first, last, pieces / copies.length),
            number(count),
          ])}
        />
      )}
      {shown === "senders" && (
        <Figures
          label="Which pieces each contributor sent most of"
          columns={[{ title: "Pieces" }, { title: "Sent by", code: true }]}
          rows={map.runs.map(({ first, count, rank: of }) => [
            rangeTold(first, first + count - 1, 1),
            map.contributors[of - 1]?.endpoint ?? "one of the others",
          ])}
        />
      )}
    </Picture>
  );
}

/** @param {{ shown: Shown, choices: Shown[], onChoose: (shown: Shown) => void }} props */
function Choice({ shown, choices, onChoose }) {
  return (
    <div class="segmented" role="group" aria-label="What the map shows">
      {choices.map((choice) => (
        <button key={choice} type="button" aria-pressed={shown === choice} onClick={() => onChoose(choice)}>
          {CHOICES[choice]}
        </button>
      ))}
    </div>
  );
}

/**
 * @param {Shown} shown
 * @param {ListedTorrent | null} row
 * @param {TorrentStudy | null} study
 * @param {SentOver | null} sent
 */
function headingOf(shown, row, study, sent) {
  if (shown === "copies" && study) return { title: copiesFinding(study.copies), caption: copiesCaption(study) };
  const title = row ? piecesTold(row) : "Who sent its pieces";
  if (shown === "when" && sent) return { title, caption: sentCaption(sent) };
  return { title, caption: "who sent: a hue each, half height the others, a line where not seen in this capture" };
}

/** @param {number[]} copies */
export function copiesFinding(copies) {
  const least = copies.reduce((low, count) => Math.min(low, count), Infinity);
  const without = copies.filter((count) => count === 0).length;
  if (least > 0) return `Every piece had ${counted(least, "copy", "copies")} or more`;
  return `${counted(without, "piece")} of ${number(copies.length)} had no copy`;
}

/**
 * When that was: the last moment at which most peers were connected and known.
 * @param {TorrentStudy} study
 */
function copiesCaption({ copies, copies_time: time, copies_peers: peers, piece_count: pieces }) {
  const range = copies.length < (pieces ?? 0) ? "; the least in each range of pieces" : "";
  const which = peers === 1 ? "1 peer" : `${number(peers)} peers, the most at a time`;
  return `at ${clock(time)}, among ${which}; higher and darker is more${range}`;
}

/** @param {number[]} copies */
function runsOf(copies) {
  /** @type {{ first: number, last: number, count: number }[]} */
  const runs = [];
  copies.forEach((count, index) => {
    const run = runs.at(-1);
    if (run && run.count === count) run.last = index;
    else runs.push({ first: index, last: index, count });
  });
  return runs;
}

/**
 * @param {number} first
 * @param {number} last
 * @param {number} scale pieces in each
 */
function rangeTold(first, last, scale) {
  const [from, to] = [
    Math.floor(first * scale),
    Math.max(Math.floor((last + 1) * scale) - 1, Math.floor(first * scale)),
  ];
  return from === to ? number(from) : `${number(from)} – ${number(to)}`;
}
