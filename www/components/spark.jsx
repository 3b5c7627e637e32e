/**
 * A host's rate over the whole capture in the cell of a table: down above the line, up below, on a scale of its own.
 */
import { useId } from "preact/hooks";
import { outline, peakOf, summed, together } from "./bins";

const WIDTH = 216;
const HEIGHT = 20;

/** `sent`, `received`: bytes, a bin each. @param {{ sent: number[], received: number[], hatched?: boolean, width?: number }} props `hatched`: all of it is encrypted */
export function Spark({ sent, received, hatched = false, width = WIDTH }) {
  const count = together(sent.length, width, 1);
  const [up, down] = [summed(sent, count), summed(received, count)];
  const [most, least] = [peakOf(down).amount, peakOf(up).amount];
  const scale = HEIGHT / Math.max(most + least, 1);
  const axis = most * scale;
  const step = width / Math.max(up.length, 1);
  const none = up.map(() => 0);
  const hatch = useId();
  const paths = {
    download: outline(
      none,
      down.map((bytes) => bytes * scale),
      step,
    ),
    upload: outline(
      none,
      up.map((bytes) => -bytes * scale),
      step,
    ),
  };
  return (
    <svg class="spark" aria-hidden="true" width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`}>
      {hatched && (
        <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(30)">
          <path class="lane-hatch" d="M2 0v4" />
        </pattern>
      )}
      <g transform={`translate(0 ${axis.toFixed(2)})`}>
        {Object.entries(paths).map(([hue, path]) => (
          <path
            key={hue}
            class={hatched ? undefined : `fill-${hue}`}
            fill={hatched ? `url(#${hatch})` : undefined}
            d={path}
          />
        ))}
        <line class="spark-line" x2={width} y1={0} y2={0} />
      </g>
    </svg>
  );
}
