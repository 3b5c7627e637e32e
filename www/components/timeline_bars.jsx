/**
 * The bars of a timeline, on both sides of its line.
 *
 * @import { drawnOf } from "./timeline_frame"
 */
import { useId } from "preact/hooks";

/** @param {{ drawn: NonNullable<ReturnType<typeof drawnOf>> }} props */
export function TimelineBars({ drawn: { left, right, zero, bins } }) {
  const hatch = useId();
  return (
    <>
      <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(30)">
        <path class="lane-hatch" d="M2 0v5" />
      </pattern>
      <g transform={`translate(${left} ${zero})`}>
        {bins.map(({ hue, path, hatched }) => (
          <g key={hue + String(hatched)}>
            <path class={hatched ? "timeline-ground" : `fill-${hue}`} d={path} />
            {hatched && <path fill={`url(#${hatch})`} d={path} />}
          </g>
        ))}
      </g>
      {bins.length > 0 && <line class="timeline-zero" x1={left} x2={right} y1={zero} y2={zero} />}
    </>
  );
}
