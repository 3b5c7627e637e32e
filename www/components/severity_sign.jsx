/**
 * The sign of a finding's weight: a circle, a triangle or a cross, so that it does not rest on colour.
 */

const SHAPES = {
  note: <circle cx={6} cy={6} r={4.25} />,
  warning: <path d="M6 1.5l5 9h-10z" />,
  problem: <path d="M2 2l8 8m0-8l-8 8" />,
};

/** @param {{ severity: "note" | "warning" | "problem" }} props */
export function SeveritySign({ severity }) {
  return (
    <svg class="severity-sign" width={12} height={12} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[severity]}
    </svg>
  );
}
