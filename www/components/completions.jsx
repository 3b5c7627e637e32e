/**
 * Who completed when, on one line of capture time: a diamond at an exact moment, a hollow box from one contact to another where it was in between.
 *
 * @import { Frame } from "./time_plot"
 */
import { useState } from "preact/hooks";
import { TimePlot } from "./time_plot";

const HEIGHT = 26;
const MIDDLE = 27;
const LETTER = 6.4;
const GAP = 10;
/** How near, in px, the pointer must come to a mark. */
const REACH = 16;
/** A box narrower than a diamond could not be told from one. */
const LEAST_BOX = 10;

/** `since`: when it had not completed yet; the same moment where the time is exact. @typedef {{ key: string, label: string, told: string, at: number, since: number }} Completion */

/**
 * @param {{ completions: Completion[], from: number, to: number, name: string, label: string, pointed: string | null,
 *   onPoint: (key: string | null) => void }} props `name` stands left of the line
 */
export function Completions({ completions, from, to, name, label, pointed, onPoint }) {
  const [near, setNear] = useState(/** @type {Completion | null} */ (null));
  const shown = near ?? completions.find(({ key }) => key === pointed) ?? null;
  return (
    <TimePlot
      from={from}
      to={to}
      height={HEIGHT}
      rules={[]}
      label={label}
      told={shown?.told}
      onPoint={(at) => {
        const found = at && nearest(completions, at.x, at.frame);
        setNear(found);
        onPoint(found && found.key);
      }}
    >
      {(frame) => (
        <>
          <line class="completion-line" x1={frame.left} x2={frame.right} y1={MIDDLE} y2={MIDDLE} />
          {!frame.narrow && (
            <text class="axis" x={0} y={MIDDLE + 4}>
              {name}
            </text>
          )}
          {boxesFirst(distinct(completions, frame)).map((completion) => (
            <Mark
              key={completion.key}
              completion={completion}
              frame={frame}
              dim={shown !== null && shown.key !== completion.key}
            />
          ))}
          {labelled(completions, frame, shown).map(({ completion, x }) => (
            <text key={completion.key} class="axis on-line" x={x} y={12} text-anchor="middle">
              {completion.label}
            </text>
          ))}
        </>
      )}
    </TimePlot>
  );
}

/** @param {{ completion: Completion, frame: Frame, dim: boolean }} props */
function Mark({ completion: { at, since }, frame, dim }) {
  const x = frame.x(at);
  const dimmed = dim ? " is-dim" : "";
  if (since === at) return <path class={`completion${dimmed}`} d={`M${x.toFixed(1)} ${MIDDLE - 5}l5 5l-5 5l-5 -5z`} />;
  const width = Math.max(x - frame.x(since), LEAST_BOX);
  return <rect class={`completion-between${dimmed}`} x={x - width} y={MIDDLE - 4} width={width} height={8} />;
}

/**
 * Of diamonds in one place, the first.
 * @param {Completion[]} completions
 * @param {Frame} frame
 */
function distinct(completions, frame) {
  const taken = new Set();
  return completions.filter(({ at, since }) => {
    const place = `${Math.round(frame.x(since) * 2)} ${Math.round(frame.x(at) * 2)}`;
    const first = !taken.has(place);
    taken.add(place);
    return first;
  });
}

/**
 * A box may be long: what lies in it must stand upon it.
 * @param {Completion[]} completions
 */
function boxesFirst(completions) {
  const isBox = (/** @type {Completion} */ { at, since }) => at !== since;
  return [...completions.filter(isBox), ...completions.filter((one) => !isBox(one))];
}

/**
 * Labels that fit beside one another; the one that is shown stands in any case.
 * @param {Completion[]} completions
 * @param {Frame} frame
 * @param {Completion | null} shown
 */
export function labelled(completions, frame, shown) {
  const order = shown ? [shown, ...completions.filter((one) => one !== shown)] : completions;
  /** @type {{ completion: Completion, x: number, half: number }[]} */
  const placed = [];
  for (const completion of order) {
    const half = (completion.label.length * LETTER) / 2;
    const middle = frame.x((completion.at + completion.since) / 2);
    const x = Math.min(Math.max(middle, half), frame.width - half);
    const free = placed.every((other) => Math.abs(other.x - x) >= other.half + half + GAP);
    if (free) placed.push({ completion, x, half });
  }
  return placed;
}

/**
 * @param {Completion[]} completions
 * @param {number} px
 * @param {Frame} frame
 */
function nearest(completions, px, frame) {
  let best = null;
  let least = REACH;
  for (const completion of completions) {
    const distance = Math.max(frame.x(completion.since) - px, px - frame.x(completion.at), 0);
    if (distance < least) {
      least = distance;
      best = completion;
    }
  }
  return best;
}
