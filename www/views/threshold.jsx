/**
 * At which share of the pieces a download is confirmed: a figure that can be changed.
 *
 * @import { App } from "../state/app"
 */

/** In per cent. */
const LEAST = 50;
const MOST = 100;

/** @param {{ app: App, threshold: number }} props */
export function Threshold({ app, threshold }) {
  return (
    <label class="threshold" title="A download is confirmed once a peer that had less has this share of the pieces.">
      <span>Confirmed at</span>
      <input
        type="number"
        aria-label="Confirmed at, % of the pieces"
        min={LEAST}
        max={MOST}
        value={threshold}
        onChange={({ currentTarget: input }) => {
          const wanted = Math.round(input.valueAsNumber);
          if (wanted >= LEAST && wanted <= MOST) app.confirmAt(wanted);
          else input.value = String(threshold);
        }}
      />
      <span>%</span>
    </label>
  );
}
