/**
 * How much of the BitTorrent traffic could be read: a bar and its figures, which add up to 100 %.
 */
import { useId } from "preact/hooks";
import { number, percentages } from "../base/format";

/** @typedef {{ name: string, kind: "read" | "encrypted" | "missing" | "skipped", bytes: number }} Part */

/** @param {{ title: string, parts: Part[] }} props */
export function Coverage({ title, parts }) {
  const shares = percentages(parts.map(({ bytes }) => bytes));
  const known = shares.some((share) => share > 0);
  const hatch = useId();
  let at = 0;
  return (
    <section class="coverage" aria-label={title}>
      <h2>{title}</h2>
      <svg aria-hidden="true" width="100%" height="8">
        <pattern id={hatch} width="5" height="8" patternUnits="userSpaceOnUse" patternTransform="skewX(-30)">
          <path class="coverage-hatch" d="M2 0v8" />
        </pattern>
        <rect class="coverage-none" width="100%" height="8" />
        {parts.map(({ name, kind }, index) => {
          const x = at;
          at += shares[index];
          return (
            shares[index] > 0 && (
              <rect
                key={name}
                class={`coverage-${kind}`}
                fill={kind === "encrypted" ? `url(#${hatch})` : undefined}
                x={`${x}%`}
                width={`${shares[index]}%`}
                height="8"
              />
            )
          );
        })}
      </svg>
      {known ? (
        <dl>
          {parts.map(({ name }, index) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{number(shares[index], 1)} %</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p>No BitTorrent payload.</p>
      )}
    </section>
  );
}
