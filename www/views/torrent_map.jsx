/**
 * The pieces of a torrent: who sent each, or how many copies of it there were among the peers.
 *
 * @import { ListedTorrent, PieceMap as Pieces, TorrentStudy } from "../engine/types"
 */
import { useState } from "preact/hooks";
import { counted, number } from "../base/format";
import { CopiesMap } from "../components/copies_map";
import { Figures } from "../components/figures";
import { Contributors, PieceMapPlace, SendersMap } from "../components/piece_map";
import { piecesTold } from "./download_columns";
import { Picture } from "./picture";

/** Stands for the contributors that have no rank. */
const REST = "others";

/** What the map shows. @typedef {"senders" | "copies"} Shown */

/** The endpoint of the peer that is pointed at, anywhere on the page. @typedef {{ pointed: string | null, onPoint: (endpoint: string | null) => void }} Pointing */

/**
 * @param {Pointing & { row: ListedTorrent | null, map: Pieces | null, study: TorrentStudy | null, ranks: Map<string, number> }} props
 */
export function TorrentMap({ row, map, study, ranks, pointed, onPoint }) {
  const [chosen, setChosen] = useState(/** @type {Shown} */ ("senders"));
  const senders = map !== null && map.contributors.length > 0;
  // Once everybody has left there is nothing to see in a map of copies.
  const copies = study?.copies.some((count) => count > 0) ? study.copies : [];
  if (map === null) return <PieceMapPlace pieces={row?.piece_count ?? 0} />;
  if (!senders && copies.length === 0) return <p class="caption">No piece of it went over the wire in this capture.</p>;
  const shown = !senders ? "copies" : copies.length > 0 ? chosen : "senders";
  const rank = pointed === null ? null : pointed === REST ? 0 : (ranks.get(pointed) ?? null);
  const pointRank = (/** @type {number | null} */ at) =>
    onPoint(at === null ? null : at === 0 ? REST : map.contributors[at - 1].endpoint);
  const pieces = study?.piece_count ?? copies.length;
  const heading =
    shown === "senders"
      ? {
          title: row ? piecesTold(row) : "Who sent its pieces",
          caption: "who sent: a hue each, half height the others, a line where not seen in this capture",
        }
      : { title: copiesFinding(copies), caption: copiesCaption(copies, pieces) };
  return (
    <Picture {...heading} aside={senders && copies.length > 0 && <Choice shown={shown} onChoose={setChosen} />}>
      <div class="piece-map">
        {shown === "senders" ? (
          <SendersMap
            map={map}
            label="Which pieces came from which contributor; the list beside it has the figures"
            pointed={rank}
            onPoint={pointRank}
          />
        ) : (
          <CopiesMap
            copies={copies}
            pieces={pieces}
            label="How many copies of each piece there were at the end; the table below has the figures"
          />
        )}
        {senders && <Contributors map={map} pointed={rank} onPoint={pointRank} />}
      </div>
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

/** @param {{ shown: Shown, onChoose: (shown: Shown) => void }} props */
function Choice({ shown, onChoose }) {
  return (
    <div class="segmented" role="group" aria-label="What the map shows">
      <button type="button" aria-pressed={shown === "senders"} onClick={() => onChoose("senders")}>
        Who sent
      </button>
      <button type="button" aria-pressed={shown === "copies"} onClick={() => onChoose("copies")}>
        Copies
      </button>
    </div>
  );
}

/** @param {number[]} copies */
export function copiesFinding(copies) {
  const least = copies.reduce((low, count) => Math.min(low, count), Infinity);
  const without = copies.filter((count) => count === 0).length;
  if (least > 0) return `Every piece had ${counted(least, "copy", "copies")} or more at the end`;
  return `${counted(without, "piece")} of ${number(copies.length)} had no copy at the end`;
}

/**
 * @param {number[]} copies
 * @param {number} pieces
 */
function copiesCaption(copies, pieces) {
  const range = copies.length < pieces ? "; the least in each range of pieces" : "";
  return `among the peers that were then connected and known; higher and darker is more${range}`;
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
