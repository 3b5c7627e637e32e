/**
 * One amount or two of several things, side by side: a row for each, the one amount above the other, all on one scale that begins at zero.
 *
 * @import { RefObject } from "preact"
 */
import { cut } from "../base/format";
import { tickText } from "../base/ticks";
import { useWidth } from "../base/width";
import { linearAxis } from "./scale";

const LABELS = 176;
const NOTES = 140;
const ROW = 24;
const BAR = 8;
const AXIS = 24;
/** Below so many px, the words of a row stand above its bars. */
const WORDS_ABOVE_BELOW = 560;
const WORDS = 16;
const CODE_LETTER = 7.3;
const TICK_EVERY = 110;

/** `amounts`: one, or those above and below, in the unit of the axis; `note` stands at the row's end. @typedef {{ key: string, label: string, amounts: number[], note: string }} Row */

/**
 * @typedef {object} BarsProps
 * @property {Row[]} rows
 * @property {string[]} hues of the amounts
 * @property {string} unit
 * @property {boolean} [whole] are there no fractions of the unit?
 * @property {boolean} [words] are the labels words, not addresses?
 * @property {string} label what the picture shows, told to those who do not see it
 * @property {string | null} pointed key of the row that is pointed at, here or elsewhere
 * @property {string | null} selected
 * @property {(key: string | null) => void} onPoint
 * @property {(key: string) => void} onOpen
 */

/** @param {BarsProps} props */
export function Bars({ rows, hues, unit, whole, words, label, pointed, selected, onPoint, onOpen }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const above = width < WORDS_ABOVE_BELOW;
  const left = above ? 0 : LABELS;
  const inner = Math.max((above ? width : width - NOTES) - left, 1);
  const step = above ? ROW + WORDS : ROW;
  const height = rows.length * step;
  const amounts = rows.flatMap((row) => row.amounts);
  const axis = linearAxis(amounts, Math.max(Math.floor(inner / TICK_EVERY), 1));
  const x = (/** @type {number} */ amount) => axis.share(amount) * inner;
  const shown = pointed ?? selected;

  /** @param {MouseEvent & { currentTarget: SVGRectElement }} event */
  const at = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    return rows[Math.floor((event.clientY - box.top) / step)]?.key ?? null;
  };

  return (
    <div ref={ref} class="bars">
      <svg role="img" aria-label={label} width={width} height={height + AXIS}>
        {axis.ticks
          .filter((tick) => !whole || Number.isInteger(tick))
          .map((tick, index) => (
            <g key={tick}>
              <line class="grid-line" x1={left + x(tick)} x2={left + x(tick)} y1={0} y2={height} />
              <text
                class="axis"
                x={left + x(tick)}
                y={height + 17}
                text-anchor={index === 0 ? "start" : x(tick) > inner - 24 ? "end" : "middle"}
              >
                {tickText(tick)}
                {index === 0 && ` ${unit}`}
              </text>
            </g>
          ))}
        {rows.map((row, index) => (
          <g
            key={row.key}
            class={shown !== null && shown !== row.key ? "is-dim" : undefined}
            transform={`translate(0 ${index * step})`}
          >
            <text class={words ? "bar-name" : "code"} x={0} y={above ? 12 : 16}>
              {cut(row.label, (above ? width - NOTES : LABELS - 8) / CODE_LETTER)}
              <title>{row.label}</title>
            </text>
            <text class="axis lane-note" x={width} y={above ? 12 : 16} text-anchor="end">
              {row.note}
            </text>
            {row.amounts.map((amount, place) => (
              <rect
                key={place}
                class={`bar fill-${hues[place]}`}
                x={left}
                y={(above ? WORDS : 0) + 3 + place * (BAR + 1)}
                width={amount > 0 ? Math.max(x(amount), 1) : 0}
                height={row.amounts.length > 1 ? BAR : 2 * BAR + 1}
              />
            ))}
          </g>
        ))}
        <rect
          class="pointer-area"
          width={width}
          height={height}
          onPointerMove={(event) => onPoint(at(event))}
          onPointerLeave={() => onPoint(null)}
          onClick={(event) => {
            const key = at(event);
            if (key !== null) onOpen(key);
          }}
        />
      </svg>
    </div>
  );
}
