/**
 * What each peer had: from the share of the pieces that it was first known to have to the last, and whose download is confirmed.
 *
 * @import { Lane, Mark } from "../components/lanes"
 * @import { Digest, PeerRow } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useMemo } from "preact/hooks";
import { clock, counted, NONE, number } from "../base/format";
import { linearTicks } from "../base/ticks";
import { Lanes } from "../components/lanes";
import { KEYS } from "../state/rows";
import { openedFrom, partTold, Picture } from "./picture";
import { progressOf } from "./swarms_columns";
import { Threshold } from "./threshold";

const ALL = 100;

/** @param {{ app: App, digest: Digest, pointed: string | null, onPoint: (key: string | null) => void }} props */
export function SwarmsPicture({ app, digest, pointed, onPoint }) {
  const drawn = app.pictures.of("torrents");
  const rows = /** @type {PeerRow[]} */ (drawn?.rows ?? []);
  const { threshold } = digest.swarm;
  const lanes = useMemo(() => rows.map((row) => laneOf(row, threshold)), [rows, threshold]);
  if (drawn === null || lanes.every(({ marks }) => marks.length === 0)) return null;
  const part = partTold(rows.length, drawn.matched, "the first to complete");
  const caption = `a bar from the share of the pieces that it first had to the last; diamond: a confirmed download; dashed: ${number(threshold)} %${part}`;
  return (
    <Picture
      title={finding(rows, drawn.matched)}
      caption={caption}
      aside={<Threshold app={app} threshold={threshold} />}
    >
      <Lanes
        lanes={lanes}
        from={0}
        to={ALL}
        ticks={percentTicks}
        line={threshold}
        label="What share of the pieces each peer had, first and last; the table has the figures"
        pointed={pointed}
        onPoint={onPoint}
        {...openedFrom(app, "peers", rows)}
      />
    </Picture>
  );
}

/**
 * @param {PeerRow} row
 * @param {number} threshold in per cent
 * @returns {Lane}
 */
export function laneOf(row, threshold) {
  const { progress_first: first, progress_last: last, completed_at: completed } = row;
  const key = KEYS.peers(row);
  const known = first !== null && last !== null;
  const had = known ? `${progressOf(row)} %` : "not known";
  const told = completed === null ? had : `${had}, completed ${clock(completed)}`;
  /** @type {Mark[]} */
  const marks = [];
  // A peer that was met again with less than before lost pieces: the bar spans both.
  if (known) {
    marks.push({ key, at: Math.min(first, last) * ALL, until: Math.max(first, last) * ALL, hue: "quiet", told });
  }
  if (completed !== null) marks.push({ key, at: threshold, sign: "diamond", hue: "ink", told });
  return { label: row.endpoint, code: true, note: known ? had : NONE, marks };
}

/**
 * @param {PeerRow[]} rows
 * @param {number} all
 */
function finding(rows, all) {
  const confirmed = rows.filter(({ completed_at: at }) => at !== null).length;
  const of = rows.length < all ? `the ${number(rows.length)} peers drawn` : counted(all, "peer");
  return `${confirmed === 0 ? "None" : `At least ${number(confirmed)}`} of ${of} completed a download`;
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} most
 */
function percentTicks(from, to, most) {
  return linearTicks(from, to, most).map((at) => ({ at, text: `${number(at)} %` }));
}
