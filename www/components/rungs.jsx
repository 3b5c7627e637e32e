/**
 * The ladder of evidence as a sign: rising bars, filled up to the rung that is reached, with the rung's word beside it.
 */

/** Rungs of the ladder; whoever knows fewer says how many. */
const RUNGS = 6;
const BAR = 5;
const STEP = 6;
const LOWEST = 4;
const HIGHEST = 14;

/**
 * @param {{ reached: number, of?: number, word: string }} props `reached`: the strongest rung, from 1; 0 where there is no evidence at all.
 *   `of`: how many there are
 */
export function Rungs({ reached, of = RUNGS, word }) {
  return (
    <span class="rungs">
      <svg width={of * STEP - 1} height={HIGHEST} aria-hidden="true">
        {Array.from({ length: of }, (_, index) => {
          const height = LOWEST + Math.round(((HIGHEST - LOWEST) * index) / Math.max(of - 1, 1));
          const box = { x: index * STEP, y: HIGHEST - height, width: BAR, height };
          if (index < reached) return <rect key={index} class="rungs-reached" {...box} />;
          const inner = { x: box.x + 0.5, y: box.y + 0.5, width: BAR - 1, height: height - 1 };
          return <rect key={index} class="rungs-open" {...inner} />;
        })}
      </svg>
      <span class={reached === 0 ? "absent" : undefined}>{word}</span>
    </span>
  );
}
