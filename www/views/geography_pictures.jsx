/**
 * The countries of peers on a map, and bars of the largest countries, networks or clients.
 *
 * @import { World } from "../components/world_shapes"
 * @import { Group } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { By, Measure } from "../state/selection"
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import { size } from "../base/format";
import { Bars } from "../components/bars";
import { WorldMap } from "../components/world_map";
import { KEYS } from "../state/rows";
import { AMOUNTS, amountOf } from "./geography_amounts";
import { nameOf } from "./geography_columns";
import { finding, orderTold } from "./geography_findings";
import { openedFrom, partTold, Picture } from "./picture";

/** The most bars that are drawn. */
const BARS = 12;

/** @typedef {{ app: App, by: By, measure: Measure, groups: Group[], pointed: string | null, onPoint: (key: string | null) => void }} Pictured */

/** @param {Pictured} props */
export function GeographyMap({ app, measure, groups, pointed, onPoint }) {
  const worldOf = useWorld();
  const { hues, note, what, caption } = AMOUNTS[measure];
  const marks = useMemo(
    () =>
      groups.flatMap((group) =>
        group.key === null
          ? []
          : [
              {
                key: KEYS.countries(group),
                country: group.key,
                name: nameOf(group, "countries"),
                amount: amountOf(group, measure),
                note: measure === "bytes" ? size(group.uploaded + group.downloaded) : note(group),
              },
            ],
      ),
    [groups, measure, note],
  );
  if (worldOf === null || marks.every(({ amount }) => amount === 0)) return null;
  return (
    <Picture
      title={finding(groups, "countries", measure)}
      caption={`a circle’s area: ${measure === "bytes" ? "blocks in clear, from and to peers" : caption}`}
    >
      <WorldMap
        worldOf={worldOf}
        marks={marks}
        hue={hues.length > 1 ? "quiet" : hues[0]}
        label={`The ${what} of each country on a map of the world; the table has the figures`}
        pointed={pointed}
        onPoint={onPoint}
        {...openedFrom(app, "countries", groups)}
      />
    </Picture>
  );
}

/** @param {Pictured} props */
export function GeographyBars({ app, by, measure, groups, pointed, onPoint }) {
  const summed = /** @type {Exclude<By, "places">} */ (by);
  const { of, hues, unit, note, what, caption, adds } = AMOUNTS[measure];
  const counting = groups.filter((group) => amountOf(group, measure) > 0);
  if (counting.length === 0) return <p class="caption">No {what} in this capture.</p>;
  counting.sort((one, other) => amountOf(other, measure) - amountOf(one, measure));
  const drawn = counting.slice(0, BARS);
  const rows = drawn.map((group) => ({
    key: KEYS[summed](group),
    label: nameOf(group, summed),
    amounts: of(group),
    note: note(group),
  }));
  const title = by === "countries" ? orderTold(counting, measure) : finding(groups, summed, measure);
  return (
    <Picture
      title={title}
      caption={
        <>
          {measure === "bytes" ? <BytesKey /> : caption}
          {partTold(drawn.length, counting.length, "the largest")}
        </>
      }
    >
      <Bars
        rows={rows}
        hues={hues}
        unit={unit}
        words
        whole={adds && measure !== "bytes"}
        label={`The ${what} of each; the table has the figures`}
        pointed={pointed}
        onPoint={onPoint}
        {...openedFrom(app, summed, groups)}
      />
    </Picture>
  );
}

function BytesKey() {
  return (
    <>
      blocks in clear <span class="in-download">from peers there</span> and{" "}
      <span class="in-upload">to peers there</span>
    </>
  );
}

/** @typedef {{ worldOf: (width: number) => World }} Shapes */

/** The shapes of the world, once they have come; `null` before. */
function useWorld() {
  const [shapes, setShapes] = useState(/** @type {Shapes | null} */ (null));
  useEffect(() => {
    let gone = false;
    import("../components/world_shapes").then(
      (come) => gone || setShapes(come),
      // Without its shapes there is no map; bars and table say the same.
      () => {},
    );
    return () => void (gone = true);
  }, []);
  return shapes?.worldOf ?? null;
}
