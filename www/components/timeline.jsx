/**
 * Traffic over the whole capture: what came down above the line, what went up below it, on one scale; the encrypted part is nearest to the
 * line, hatched. Below it a lane each for the DHT, for trackers and for what the capture lacks.
 *
 * @import { RefObject } from "preact"
 * @import { DrawnTraffic } from "./bins"
 */
import { useMemo, useState } from "preact/hooks";
import { useWidth } from "../base/width";
import { TimelineBars } from "./timeline_bars";
import { anchorOf, drawnOf, TOP } from "./timeline_frame";
import { TimelineLanes } from "./timeline_lanes";

const AXIS = 24;

/**
 * @typedef {object} TimelineProps
 * @property {DrawnTraffic} traffic
 * @property {string} [label] what the picture shows, told to those who do not see it
 * @property {number} [width] px; without it, as wide as there is room
 * @property {{ at: number, text: string }[]} [marks] moments that are marked across the picture, in seconds since the Unix epoch
 */

/** @param {TimelineProps} props */
export function Timeline({ traffic, label = "Bytes per second of BitTorrent over the capture", width, marks = [] }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, measured] = useWidth(1200);
  const [pointed, setPointed] = useState(/** @type {number | null} */ (null));
  const whole = width ?? measured;
  const drawn = useMemo(() => drawnOf(traffic, whole), [traffic, whole]);
  if (drawn === null) return null;
  const { left, right, foot, step, x, ticks, rows, peak } = drawn;
  const { lanes, count } = drawn;

  /** @param {MouseEvent & { currentTarget: SVGRectElement }} event */
  const at = (event) => {
    const index = Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left) / step);
    return index >= 0 && index < count ? index : null;
  };

  return (
    <div ref={ref} class="timeline">
      <svg role="img" aria-label={label} width={whole} height={foot + AXIS}>
        {ticks.map(({ at: time, text }) => (
          <g key={time}>
            <line class="grid-line" x1={x(time)} x2={x(time)} y1={TOP} y2={foot} />
            <text class="axis" x={x(time)} y={foot + 17} text-anchor={anchorOf(x(time), left, right)}>
              {text}
            </text>
          </g>
        ))}
        {rows.map(({ y, text }) => (
          <g key={y}>
            <line class="grid-line" x1={left} x2={right} y1={y} y2={y} />
            <text class="axis" x={left - 8} y={y + 4} text-anchor="end">
              {text}
            </text>
          </g>
        ))}
        {drawn.words.map(({ text, y, hue }) => (
          <text key={text} class={hue} x={0} y={y}>
            {text}
          </text>
        ))}
        {drawn.notes.map((text, index) => (
          <text key={text} class="axis" x={0} y={TOP + 28 + index * 16}>
            {text}
          </text>
        ))}
        <TimelineBars drawn={drawn} />
        {peak && (
          <g>
            <circle class="timeline-peak" cx={peak.x} cy={peak.y} r={2.5} />
            <text
              class="on-picture"
              x={peak.x + (peak.toLeft ? -8 : 8)}
              y={peak.y + 4}
              text-anchor={peak.toLeft ? "end" : "start"}
            >
              {peak.text}
            </text>
          </g>
        )}
        <TimelineLanes lanes={lanes} left={left} right={right} step={step} />
        {marks.map(({ at: time, text }) => (
          <g key={text}>
            <line class="timeline-mark" x1={x(time)} x2={x(time)} y1={TOP} y2={foot} />
            <text class="on-picture" x={x(time) + 4} y={12} text-anchor="start">
              {text}
            </text>
          </g>
        ))}
        {pointed !== null && pointed < count && (
          <g>
            <line
              class="timeline-pointed"
              x1={left + (pointed + 0.5) * step}
              x2={left + (pointed + 0.5) * step}
              y1={TOP}
              y2={foot}
            />
            <text class="on-picture" x={right} y={12} text-anchor="end">
              {drawn.told(pointed)}
            </text>
          </g>
        )}
        <rect
          class="pointer-area"
          x={left}
          y={TOP}
          width={Math.max(right - left, 0)}
          height={foot - TOP}
          onPointerMove={(event) => setPointed(at(event))}
          onPointerLeave={() => setPointed(null)}
        />
      </svg>
    </div>
  );
}
