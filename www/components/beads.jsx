/**
 * Shares over capture time, from 0 to 1: a dot each, the larger the more it rests on, and a line where chance would put them.
 *
 * @import { Rule } from "./time_plot"
 */
import { useState } from "preact/hooks";
import { TimePlot } from "./time_plot";

const HEIGHT = 96;
const LEAST = 2;
const MOST = 5;
/** How near, in px, the pointer must come to a dot. */
const REACH = 24;

/** `weight`: what its size tells. @typedef {{ time: number, share: number, weight: number }} Bead */

/**
 * @param {{ beads: Bead[], from: number, to: number, rules: Rule[], chance: number, label: string, told: (bead: Bead) => string }} props
 *   `chance`: the share that the line stands at
 */
export function Beads({ beads, from, to, rules, chance, label, told }) {
  const [pointed, setPointed] = useState(/** @type {Bead | null} */ (null));
  const most = Math.max(...beads.map(({ weight }) => weight), 1);
  const radius = (/** @type {number} */ weight) => LEAST + Math.sqrt(weight / most) * (MOST - LEAST);
  return (
    <TimePlot
      from={from}
      to={to}
      height={HEIGHT}
      rules={rules}
      label={label}
      told={pointed && told(pointed)}
      onPoint={(at) => {
        if (at === null) return setPointed(null);
        const distance = (/** @type {Bead} */ { time, share }) =>
          Math.hypot(at.frame.x(time) - at.x, at.frame.y(share) - at.y);
        const near = beads.reduce((best, bead) => (distance(bead) < distance(best) ? bead : best), beads[0]);
        setPointed(near && distance(near) < REACH ? near : null);
      }}
    >
      {(frame) => (
        <>
          <line class="lane-threshold" x1={frame.left} x2={frame.right} y1={frame.y(chance)} y2={frame.y(chance)} />
          {beads.map((bead, index) => (
            <circle
              key={index}
              class={bead === pointed ? "bead is-pointed" : "bead"}
              cx={frame.x(bead.time)}
              cy={frame.y(bead.share)}
              r={radius(bead.weight)}
            />
          ))}
        </>
      )}
    </TimePlot>
  );
}
