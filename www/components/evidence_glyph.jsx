/**
 * How well something is known: six rising bars, filled up to the rung that was reached, and the rung's word.
 */
const BARS = 6;
const STEP = 6;
const HEIGHT = 14;

/** `rung`: from 0, nothing, to 6. @param {{ rung: number, word: string }} props */
export function EvidenceGlyph({ rung, word }) {
  return (
    <span class="evidence-glyph">
      <svg aria-hidden="true" width={BARS * STEP - 1} height={HEIGHT}>
        {Array.from({ length: BARS }, (_, index) => {
          const height = 4 + index * 2;
          return (
            <rect
              key={index}
              class={index < rung ? "rung-bar is-reached" : "rung-bar"}
              x={index * STEP + 0.5}
              y={HEIGHT - height + 0.5}
              width={STEP - 2}
              height={height - 1}
            />
          );
        })}
      </svg>{" "}
      <span class={rung === 0 ? "absent" : undefined}>{word}</span>
    </span>
  );
}
