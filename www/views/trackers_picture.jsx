/**
 * When each tracker was asked, and what came of it.
 *
 * @import { Lane, Mark } from "../components/lanes"
 * @import { AnnounceRow, Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useMemo } from "preact/hooks";
import { clock, counted, duration, number } from "../base/format";
import { Lanes } from "../components/lanes";
import { KEYS } from "../state/rows";
import { openedFrom, partTold, Picture } from "./picture";
import { answerOf, eventOf, trackerName } from "./trackers_columns";

/** Trackers that have a lane; of more, those that were asked most. */
const MOST_LANES = 10;

/** A tracker's path, and whatever its URL has after it, says less than its host does. */
const PATH = /^(\w+:\/\/[^/]+)\/.*$/;

/** @param {{ app: App, digest: Digest, pointed: string | null, onPoint: (key: string | null) => void }} props */
export function TrackersPicture({ app, digest, pointed, onPoint }) {
  const drawn = app.pictures.of("trackers");
  const rows = /** @type {AnnounceRow[]} */ (drawn?.rows ?? []);
  const { first_time: from, last_time: to } = digest.capture;
  const lanes = useMemo(() => lanesOf(rows, to ?? 0), [rows, to]);
  if (drawn === null || rows.length === 0 || from === null || to === null) return null;
  const part = partTold(rows.length, drawn.matched) + partTold(Math.min(MOST_LANES, lanes.length), lanes.length);
  return (
    <Picture title={finding(rows, to)} caption={`${signsTold(rows, to)}${part}`}>
      <Lanes
        lanes={lanes.slice(0, MOST_LANES)}
        from={from}
        to={to}
        label="When each tracker was asked and what it answered; the table lists every announce"
        pointed={pointed}
        onPoint={onPoint}
        {...openedFrom(app, "announces", rows)}
      />
    </Picture>
  );
}

/**
 * A lane for each tracker, those asked most first.
 * @param {AnnounceRow[]} rows
 * @param {number} end of the capture
 * @returns {Lane[]}
 */
export function lanesOf(rows, end) {
  /** @type {Map<string, AnnounceRow[]>} */
  const trackers = new Map();
  for (const row of rows) {
    const name = trackerName(row);
    trackers.set(name, [...(trackers.get(name) ?? []), row]);
  }
  const busiest = [...trackers].sort(([, a], [, b]) => b.length - a.length);
  return busiest.map(([name, announces]) => ({
    label: name.replace(PATH, "$1"),
    code: true,
    note: `${number(announces.filter(isAnswered).length)} of ${number(announces.length)} answered`,
    marks: [...announces.flatMap((row) => dueMark(row, end)), ...announces.map(askedMark)],
  }));
}

/** @param {AnnounceRow} row */
function isAnswered({ answer_frame: answered, error }) {
  return answered !== null && error === null;
}

/**
 * @param {AnnounceRow} row
 * @returns {Mark}
 */
function askedMark(row) {
  const told = `${clock(row.time)}, ${eventOf(row)}: ${answerOf(row)}`;
  const mark = { key: KEYS.announces(row), at: row.time, told };
  if (row.error !== null) return { ...mark, sign: "cross", hue: "lost" };
  if (!isAnswered(row)) return { ...mark, sign: "ring", hue: "lost" };
  return { ...mark, sign: row.event === "completed" ? "diamond" : "dot", hue: "tracker" };
}

/**
 * When the tracker wants to be asked again, if the capture is long enough to show it.
 * @param {AnnounceRow} row
 * @param {number} end
 * @returns {Mark[]}
 */
function dueMark(row, end) {
  const due = dueTime(row);
  if (due === null || due > end) return [];
  const told = `${clock(due)}: due again after ${duration(row.interval)}`;
  return [{ key: KEYS.announces(row), at: due, sign: "stroke", hue: "quiet", told }];
}

/** @param {AnnounceRow} row */
function dueTime({ answer_time: answered, interval, event }) {
  return answered === null || interval === null || event === "stopped" ? null : answered + interval;
}

/**
 * @param {AnnounceRow[]} rows
 * @param {number} end
 */
function finding(rows, end) {
  const failed = rows.filter((row) => !isAnswered(row)).length;
  if (failed > 0) return `${number(failed)} of ${counted(rows.length, "announce")} came to nothing`;
  const due = rows.flatMap((row) => dueTime(row) ?? []);
  if (due.length > 0 && Math.min(...due) > end)
    return "Every announce was answered, none is due again before the capture ends";
  return rows.length === 1 ? "The announce was answered" : "Every announce was answered";
}

/**
 * What the signs mean, of those that are there.
 * @param {AnnounceRow[]} rows
 * @param {number} end of the capture
 */
function signsTold(rows, end) {
  const signs = [
    rows.some((row) => isAnswered(row) && row.event !== "completed") && "dot answered",
    rows.some((row) => isAnswered(row) && row.event === "completed") && "diamond completed",
    rows.some(({ error }) => error !== null) && "× refused",
    rows.some((row) => row.error === null && !isAnswered(row)) && "ring no answer in the capture",
    rows.some((row) => (dueTime(row) ?? end + 1) <= end) && "stroke due again",
  ];
  return signs.filter(Boolean).join(", ");
}
