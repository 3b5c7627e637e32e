/**
 * What several peers had, over capture time: a step line each. The local host's own stands out; who is pointed at, too, and then the others recede.
 * Names stand at lines where there is room.
 *
 * @import { Frame } from "./time_plot"
 */
import { useMemo } from "preact/hooks";
import { stepPath, TimePlot } from "./time_plot";

const HEIGHT = 184;
const LETTER = 6.4;
const LINE = 15;
/** How near, in px, the pointer must come to a line. */
const REACH = 20;
/** At which heights names may stand. */
const NAMED_AT = [0.5, 0.75, 0.25, 0.9, 0.1];

const RULES = [0, 0.5, 1].map((share) => ({ share, text: `${share * 100} %` }));

/** @typedef {{ key: string, label: string, told: string, strong: boolean, points: { time: number, share: number }[], last: number }} Curve */

/**
 * @param {{ curves: Curve[], from: number, to: number, threshold: number, label: string, pointed: string | null,
 *   onPoint: (key: string | null) => void }} props `curves`: the most telling first; `threshold` in per cent
 */
export function Curves({ curves, from, to, threshold, label, pointed, onPoint }) {
  const ended = useMemo(() => curves.map(withEnd), [curves]);
  const shown = ended.find(({ key }) => key === pointed);
  return (
    <TimePlot
      from={from}
      to={to}
      height={HEIGHT}
      rules={RULES}
      label={label}
      told={shown?.told}
      onPoint={(at) => onPoint(at && nearest(ended, at.x, at.y, at.frame))}
    >
      {(frame) => (
        <>
          <line
            class="lane-threshold"
            x1={frame.left}
            x2={frame.right}
            y1={frame.y(threshold / 100)}
            y2={frame.y(threshold / 100)}
          />
          {[...ended].reverse().map((curve) => (
            <path
              key={curve.key}
              class={`curve${curve.strong ? " is-strong" : ""}${shown && shown !== curve ? " is-dim" : ""}`}
              d={stepPath(frame, curve.points)}
            />
          ))}
          {shown && <path class="curve is-pointed" d={stepPath(frame, shown.points)} />}
          {namesOf(ended, frame, shown).map(({ curve, x, y, anchor }) => (
            <text
              key={curve.key}
              class={`axis on-line${shown && shown !== curve ? " is-dim" : ""}`}
              x={x}
              y={y}
              text-anchor={anchor}
            >
              {curve.label}
            </text>
          ))}
        </>
      )}
    </TimePlot>
  );
}

/**
 * A curve goes on as it was until the peer was last seen.
 * @param {Curve} curve
 */
function withEnd(curve) {
  const end = curve.points.at(-1);
  if (!end || end.time >= curve.last) return curve;
  return { ...curve, points: [...curve.points, { time: curve.last, share: end.share }] };
}

/** @typedef {{ curve: Curve, x: number, y: number, width: number, anchor: "start" | "end" }} Name */

/**
 * Names of the lines that are the first or the last at some height, beside them, where they meet no other name; the one that is shown has its
 * name in any case.
 * @param {Curve[]} curves
 * @param {Frame} frame
 * @param {Curve} [shown]
 * @returns {Name[]}
 */
export function namesOf(curves, frame, shown) {
  /** @type {Name[]} */
  const placed = [];
  if (shown) {
    const share = NAMED_AT.find((height) => reachedAt(shown, height) !== null);
    const time = share === undefined ? shown.points[0].time : Number(reachedAt(shown, share));
    placed.push(nameAt(shown, frame, time, share ?? shown.points[0].share, "start"));
  }
  for (const share of NAMED_AT) {
    const reached = curves.flatMap((curve) => {
      const time = reachedAt(curve, share);
      return time === null ? [] : [{ curve, time }];
    });
    reached.sort((a, b) => a.time - b.time);
    const ends = /** @type {const} */ ([
      [reached[0], "end"],
      [reached.at(-1), "start"],
    ]);
    for (const [end, anchor] of ends) {
      if (!end) continue;
      const name = nameAt(end.curve, frame, end.time, share, anchor);
      const inside = leftOf(name) > frame.left && leftOf(name) + name.width < frame.right;
      if (inside && placed.every((other) => other.curve !== end.curve && areApart(other, name))) placed.push(name);
    }
  }
  return placed;
}

/**
 * When a curve came to a share; null where it never did, or began with as much.
 * @param {Curve} curve
 * @param {number} share
 */
function reachedAt({ points }, share) {
  return points[0].share < share ? (points.find((point) => point.share >= share)?.time ?? null) : null;
}

/**
 * @param {Curve} curve
 * @param {Frame} frame
 * @param {number} time
 * @param {number} share
 * @param {Name["anchor"]} anchor
 * @returns {Name}
 */
function nameAt(curve, frame, time, share, anchor) {
  const x = frame.x(time) + (anchor === "start" ? 6 : -6);
  return { curve, x, y: frame.y(share) + 4, width: curve.label.length * LETTER, anchor };
}

/** @param {Name} name */
function leftOf({ x, width, anchor }) {
  return anchor === "start" ? x : x - width;
}

/**
 * @param {Name} one
 * @param {Name} other
 */
function areApart(one, other) {
  const [left, right] = leftOf(one) < leftOf(other) ? [one, other] : [other, one];
  return leftOf(left) + left.width + 8 < leftOf(right) || Math.abs(one.y - other.y) >= LINE;
}

/**
 * The curve that runs nearest below or above the pointer.
 * @param {Curve[]} curves
 * @param {number} px
 * @param {number} py
 * @param {Frame} frame
 */
function nearest(curves, px, py, frame) {
  let best = null;
  let least = REACH;
  for (const { key, points } of curves) {
    for (let index = 0; index < points.length; index += 1) {
      const { time, share } = points[index];
      const next = points[index + 1];
      const across = Math.max(frame.x(time) - px, px - frame.x(next?.time ?? time), 0);
      const risen = next && px >= frame.x(next.time) - 2 ? next.share : share;
      const [high, low] = [frame.y(Math.max(share, risen)), frame.y(Math.min(share, risen))];
      const distance = Math.hypot(across, Math.max(high - py, py - low, 0));
      if (distance < least) {
        least = distance;
        best = key;
      }
    }
  }
  return best;
}
