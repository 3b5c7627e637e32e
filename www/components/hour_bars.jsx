/**
 * A count an hour, as bars over capture time, on a scale that begins at zero.
 */
import { useState } from "preact/hooks";
import { linearTicks } from "../base/ticks";
import { amountRules, TimePlot } from "./time_plot";

const HOUR = 3600;
const HEIGHT = 80;
const RULES = 3;

/** @typedef {{ time: number, count: number }} HourCount `time`: when the hour began, in seconds since the Unix epoch */

/** @param {{ hours: HourCount[], from: number, to: number, unit: string, label: string, told: (hour: HourCount) => string }} props */
export function HourBars({ hours, from, to, unit, label, told }) {
  const [pointed, setPointed] = useState(/** @type {HourCount | null} */ (null));
  const most = Math.max(...hours.map(({ count }) => count), 1);
  const ticks = linearTicks(0, most, RULES).filter(Number.isInteger);
  const rules = amountRules(ticks, most, unit);
  return (
    <TimePlot
      from={from}
      to={to}
      height={HEIGHT}
      rules={rules}
      label={label}
      told={pointed && told(pointed)}
      onPoint={(at) =>
        setPointed(
          hours.find(({ time }) => at !== null && at.frame.x(time) <= at.x && at.x < at.frame.x(time + HOUR)) ?? null,
        )
      }
    >
      {(frame) =>
        hours
          .filter(({ count }) => count > 0)
          .map((hour) => (
            <rect
              key={hour.time}
              class={hour === pointed ? "hour-bar is-pointed" : "hour-bar"}
              x={frame.x(hour.time)}
              y={frame.y(hour.count / most)}
              width={Math.max(frame.x(hour.time + HOUR) - frame.x(hour.time) - 1, 2)}
              height={frame.bottom - frame.y(hour.count / most)}
            />
          ))
      }
    </TimePlot>
  );
}
