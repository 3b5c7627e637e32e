/**
 * Amounts that are parts of one another: a group of bars for each of several things, each bar with its amount and what it is in words. All on one
 * scale that begins at zero, so that a part is seen to be one.
 *
 * @import { RefObject } from "preact"
 */
import { cut } from "../base/format";
import { useWidth } from "../base/width";

const LABELS = 104;
const NOTES = 208;
const BAR = 14;
const STEP = 18;
const BETWEEN = 10;
/** Below so many px, the words of a group stand above its bars. */
const WORDS_ABOVE_BELOW = 560;
const WORDS = 18;
const LETTER = 6.6;
/** Room that a number needs beside its bar. */
const GAP = 6;

/** `step`: how dark a bar is, from 1, the whole, to 5. @typedef {{ amount: number, words: string, step: 1 | 2 | 3 | 4 | 5 }} Bar */
/** @typedef {{ key: string, label: string, bars: Bar[] }} Group */

/** @param {{ groups: Group[], label: string, most?: number }} props `most`: the amount at the end of the scale; `label`: told to those who do not see it */
export function StepBars({ groups, label, most }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const above = width < WORDS_ABOVE_BELOW;
  const left = above ? 0 : LABELS;
  const inner = Math.max(width - left - NOTES, 1);
  const largest = most ?? Math.max(...groups.flatMap(({ bars }) => bars.map(({ amount }) => amount)), 1);
  const heights = groups.map(({ bars }) => bars.length * STEP + (above ? WORDS : 0) + BETWEEN);
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, height) => sum + height, 0));
  return (
    <div ref={ref} class="bars">
      <svg role="img" aria-label={label} width={width} height={heights.reduce((sum, height) => sum + height, 0)}>
        {groups.map((group, index) => (
          <g key={group.key} transform={`translate(0 ${tops[index]})`}>
            <text x={0} y={12}>
              {cut(group.label, (above ? width : LABELS - 8) / LETTER)}
              <title>{group.label}</title>
            </text>
            {group.bars.map(({ amount, words, step }, place) => {
              const y = (above ? WORDS : 0) + place * STEP;
              const length = amount > 0 ? Math.max((amount / largest) * inner, 1) : 0;
              return (
                <g key={place}>
                  <rect class={`bar step-${step}`} x={left} y={y} width={length} height={BAR} />
                  <text class="axis" x={left + length + GAP} y={y + BAR - 3}>
                    {words}
                  </text>
                </g>
              );
            })}
          </g>
        ))}
      </svg>
    </div>
  );
}
