/**
 * How well the DHT answered, and how lookups came closer to their targets.
 *
 * @import { SharePart } from "../components/shares"
 * @import { Walk } from "../components/walks"
 * @import { Dht, LookupRow } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useMemo } from "preact/hooks";
import { counted, milliseconds, number, shortened } from "../base/format";
import { Shares } from "../components/shares";
import { Walks } from "../components/walks";
import { KEYS } from "../state/rows";
import { openedFrom, partTold, Picture } from "./picture";
import { timeAxis } from "./time_axis";

/** @param {{ dht: Dht }} props */
export function Answers({ dht }) {
  return (
    <section class="picture">
      <Shares parts={sharesOf(dht)} />
    </section>
  );
}

/**
 * The queries by how soon they were answered: as far as the two times that the report knows tell it.
 * @param {Dht} dht
 * @returns {SharePart[]}
 */
export function sharesOf({ answered, unanswered, median_delay: median, ninth_decile_delay: ninth }) {
  const timed = median !== null && ninth !== null && answered >= 10;
  /** @type {SharePart[]} */
  const parts = timed
    ? [
        { words: `within ${milliseconds(median)} ms`, kind: "first", count: answered * 0.5 },
        { words: `after that, within ${milliseconds(ninth)} ms`, kind: "second", count: answered * 0.4 },
        { words: "later", kind: "third", count: answered * 0.1 },
      ]
    : [{ words: "answered", kind: "first", count: answered }];
  return [...parts, { words: "without an answer in the capture", kind: "lost", count: unanswered }];
}

/** @param {{ app: App, pointed: string | null, onPoint: (key: string | null) => void }} props */
export function Lookups({ app, pointed, onPoint }) {
  const drawn = app.pictures.of("dht");
  const rows = /** @type {LookupRow[]} */ (drawn?.rows ?? []);
  const approaching = useMemo(() => rows.filter(({ approach }) => approach.length > 0), [rows]);
  const { walks, axis } = useMemo(() => walksOf(approaching), [approaching]);
  if (drawn === null || approaching.length === 0) return null;
  const over = `over ${axis.unit === "ms" ? "milliseconds" : "seconds"} since its first query`;
  const part = partTold(rows.length, drawn.matched, "the largest");
  return (
    <Picture
      title={finding(approaching)}
      caption={`bits that the closest node shares with the target, ${over}${axis.logarithmic ? ", logarithmic" : ""}${part}`}
    >
      <Walks
        walks={walks}
        {...axis}
        level="bits"
        label="How many bits the closest node that answered shares with each lookup’s target, as time goes by; the table has the figures"
        pointed={pointed}
        onPoint={onPoint}
        {...openedFrom(app, "lookups", rows)}
      />
    </Picture>
  );
}

/**
 * The lookups as walks, on an axis that suits them all.
 * @param {LookupRow[]} rows
 * @returns {{ walks: Walk[], axis: import("./time_axis").TimeAxis }}
 */
export function walksOf(rows) {
  const axis = timeAxis(rows.flatMap(({ approach, first_time: start }) => approach.map(({ time }) => time - start)));
  const unit = axis.unit === "ms" ? 1000 : 1;
  const walks = rows.map((row) => ({
    key: KEYS.lookups(row),
    label: `${row.query} ${shortened(row.target)}: ${counted(row.closest_bits ?? 0, "bit")}`,
    steps: row.approach.map((step) => ({ x: (step.time - row.first_time) * unit, y: step.shared_bits })),
  }));
  return { walks, axis };
}

/** @param {LookupRow[]} rows */
function finding(rows) {
  const closest = rows.reduce((best, row) => ((row.closest_bits ?? 0) > (best.closest_bits ?? 0) ? row : best));
  const bits = counted(closest.closest_bits ?? 0, "bit");
  if (rows.length === 1) return `The lookup came to share ${bits} with its target`;
  return `The closest of ${number(rows.length)} lookups came to share ${bits} with its target`;
}
