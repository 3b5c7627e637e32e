/**
 * What a peer had, over the whole capture, small enough for a cell: a step line between rules at none and all, a diamond where it completed, a dot
 * where it was last seen.
 */

const WIDTH = 200;
const HEIGHT = 20;
const INSET = 5;
const BOTTOM = 17;
const TOP = 4;

/**
 * `points`: shares of all pieces, by time; `completed`: when that was confirmed; `last`: when the peer was last seen.
 * @typedef {{ points: { time: number, share: number }[], completed: number | null, last: number }} Course
 */

/** @param {{ course: Course | null, from: number, to: number }} props times in seconds since the Unix epoch */
export function ProgressSpark({ course, from, to }) {
  const span = Math.max(to - from, 1e-6);
  const x = (/** @type {number} */ time) => (INSET + ((time - from) / span) * (WIDTH - 2 * INSET)).toFixed(1);
  const y = (/** @type {number} */ share) => (BOTTOM - share * (BOTTOM - TOP)).toFixed(1);
  return (
    <svg class="progress-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path class="grid-line" d={`M0 ${TOP}H${WIDTH}M0 ${BOTTOM}H${WIDTH}`} />
      {course && course.points.length > 0 && (
        <>
          <path class="progress-line" d={`${lineOf(course.points, x, y)}H${x(course.last)}`} />
          <circle
            class="progress-sign"
            cx={x(course.last)}
            cy={y(course.points[course.points.length - 1].share)}
            r={2}
          />
          {course.completed !== null && (
            <path
              class="progress-sign"
              d={`M${x(course.completed)} ${Number(y(shareAt(course.points, course.completed))) - 4}l4 4l-4 4l-4 -4z`}
            />
          )}
        </>
      )}
    </svg>
  );
}

/**
 * What it had at a moment.
 * @param {{ time: number, share: number }[]} points by time
 * @param {number} time
 */
export function shareAt(points, time) {
  return points.findLast((point) => point.time <= time)?.share ?? points[0]?.share ?? 0;
}

/**
 * @param {{ time: number, share: number }[]} points
 * @param {(time: number) => string} x
 * @param {(share: number) => string} y
 */
function lineOf(points, x, y) {
  return points
    .map(({ time, share }, index) => (index === 0 ? `M${x(time)} ${y(share)}` : `H${x(time)}V${y(share)}`))
    .join("");
}
