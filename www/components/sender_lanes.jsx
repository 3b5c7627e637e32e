/**
 * When each contributor sent: a lane each over the capture's time, all on one scale.
 *
 * @import { RefObject } from "preact"
 */
import { useState } from "preact/hooks";
import { clock, number, size } from "../base/format";
import { clockTicks } from "../base/ticks";
import { useWidth } from "../base/width";
import { outline } from "./bins";

const LABELS = 52;
const LANE = 24;
const BAR = 20;
const AXIS = 22;
const TICK_EVERY = 96;

/** What one sent, a bin each; `rank`: its place among the contributors, from 1. @typedef {{ rank: number, endpoint: string, amounts: number[] }} Lane */
/** `start`: when the first bin begins, in seconds since the Unix epoch; `most`: of all bins. @typedef {{ start: number, seconds: number, lanes: Lane[], most: number }} SentOver */

/**
 * @param {{ sent: SentOver, label: string, pointed: number | null, onPoint: (rank: number | null) => void }} props `pointed`: a rank
 */
export function SenderLanes({ sent: { start, seconds, lanes, most }, label, pointed, onPoint }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, full] = useWidth(836);
  const [at, setAt] = useState(/** @type {{ lane: number, bin: number } | null} */ (null));
  const width = Math.max(full - LABELS, 1);
  const bins = lanes[0].amounts.length;
  const step = width / bins;
  const height = lanes.length * LANE;
  const end = start + bins * seconds;
  const x = (/** @type {number} */ time) => LABELS + ((time - start) / (end - start)) * width;
  const ticks = clockTicks(start, end, Math.max(Math.floor(width / TICK_EVERY), 1));

  /** @param {PointerEvent & { currentTarget: SVGRectElement }} event */
  function onMove(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const lane = Math.min(Math.max(Math.floor((event.clientY - box.top) / LANE), 0), lanes.length - 1);
    const bin = Math.min(Math.max(Math.floor((event.clientX - box.left) / step), 0), bins - 1);
    setAt({ lane, bin });
    onPoint(lanes[lane].rank);
  }

  return (
    <div ref={ref} class="piece-map-picture">
      <svg role="img" aria-label={label} width={full} height={height + AXIS}>
        {ticks.map(({ at: time, text }) => (
          <g key={time}>
            <line class="grid-line" x1={x(time)} x2={x(time)} y1={0} y2={height} />
            {at === null && (
              <text class="axis" x={x(time)} y={height + 16} text-anchor={x(time) > full - 24 ? "end" : "middle"}>
                {text}
              </text>
            )}
          </g>
        ))}
        {lanes.map(({ rank, amounts }, index) => (
          <g key={rank} class={pointed !== null && pointed !== rank ? "is-dim" : undefined}>
            <text class="axis" x={LABELS - 10} y={(index + 1) * LANE - 3} text-anchor="end">
              {rank}
            </text>
            <line class="grid-line" x1={LABELS} x2={full} y1={(index + 1) * LANE - 0.5} y2={(index + 1) * LANE - 0.5} />
            <path
              class={`fill-peer-${rank}`}
              d={outline(
                amounts.map(() => 0),
                amounts.map((amount) => (amount / most) * BAR),
                step,
              )}
              transform={`translate(${LABELS} ${(index + 1) * LANE})`}
            />
          </g>
        ))}
        {at !== null && at.lane < lanes.length && (
          <text class="axis is-pointed" x={full} y={height + 16} text-anchor="end">
            {`${clock(start + at.bin * seconds)}: ${number(lanes[at.lane].rank)}, ${size(Math.round((lanes[at.lane].amounts[at.bin] ?? 0) / seconds))}/s`}
          </text>
        )}
        <rect
          class="pointer-area"
          x={LABELS}
          width={width}
          height={height}
          onPointerMove={onMove}
          onPointerLeave={() => {
            setAt(null);
            onPoint(null);
          }}
        />
      </svg>
    </div>
  );
}
