/**
 * The timeline as a strip above a view: when bytes went down and up, on the axis that the view's own pictures share.
 *
 * @import { RefObject } from "preact"
 * @import { BinnedTraffic } from "./bins"
 */
import { useMemo } from "preact/hooks";
import { useWidth } from "../base/width";
import { TimelineBars } from "./timeline_bars";
import { anchorOf, drawnOf } from "./timeline_frame";

const LABEL = "Bytes per second of BitTorrent over the capture";
const HEIGHT = 47;
const ROOM = { top: 4, bars: 26, least: 4 };
const FOOT = ROOM.top + ROOM.bars;
/** Px of the gutter from which on it has room for a word more. */
const PEAK_FROM = 80;

/** @param {{ traffic: BinnedTraffic }} props */
export function TimelineStrip({ traffic }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const drawn = useMemo(() => drawnOf(traffic, width, ROOM), [traffic, width]);
  if (drawn === null || drawn.bins.length === 0) return null;
  const { left, right, x, ticks, words } = drawn;
  return (
    <div class="timeline-strip">
      <div ref={ref}>
        <svg role="img" aria-label={`${LABEL}, ${drawn.most} at most`} width={width} height={HEIGHT}>
          {ticks.map(({ at, text }) => (
            <g key={at}>
              <line class="grid-line" x1={x(at)} x2={x(at)} y1={0} y2={FOOT} />
              <text class="axis" x={x(at)} y={FOOT + 13} text-anchor={anchorOf(x(at), left, right)}>
                {text}
              </text>
            </g>
          ))}
          {words.map(({ text, hue }, index) => (
            <text key={text} class={hue} x={0} y={ROOM.top + 10 + index * 15}>
              {text}
            </text>
          ))}
          <text class="axis" x={0} y={ROOM.top + 10 + words.length * 15}>
            {left > PEAK_FROM ? `peak ${drawn.most}` : drawn.most}
          </text>
          <TimelineBars drawn={drawn} />
        </svg>
      </div>
    </div>
  );
}
