/**
 * A whole in its parts: one bar, and the parts in words below it.
 */
import { number, percentages } from "../base/format";

/** @typedef {{ words: string, kind: "first" | "second" | "third" | "lost", count: number }} SharePart */

/** @param {{ parts: SharePart[] }} props */
export function Shares({ parts }) {
  const shares = percentages(parts.map(({ count }) => count));
  let at = 0;
  return (
    <div class="shares">
      <svg aria-hidden="true" width="100%" height="14">
        {parts.map(({ words, kind }, index) => {
          const x = at;
          at += shares[index];
          return <rect key={words} class={`share share-${kind}`} x={`${x}%`} width={`${shares[index]}%`} height="14" />;
        })}
      </svg>
      <ul>
        {parts.map(({ words, kind }, index) => (
          <li key={words}>
            <svg aria-hidden="true" width="10" height="10">
              <rect class={`share share-${kind}`} width="10" height="10" />
            </svg>{" "}
            {number(shares[index], 1)} % {words}
          </li>
        ))}
      </ul>
    </div>
  );
}
