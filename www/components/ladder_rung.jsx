/**
 * One message of a ladder: its time, an arrow from its sender's lifeline to the other, and what it says.
 *
 * @import { Across, Rung } from "./ladder"
 */
import { cut, milliseconds, number } from "../base/format";

const ROW = 22;
const LETTER = 6.6;

/** What stops the other end. */
const STOPS = ["choke", "reject", "cancel"];

/** @param {{ rung: Rung, y: number, time: string, across: Across }} props `y`: its upper edge */
export function LadderRung({ rung, y, time, across }) {
  const [from, to] =
    rung.direction === "originator" ? [across.originator, across.responder] : [across.responder, across.originator];
  const way = Math.sign(to - from);
  const stops = STOPS.includes(rung.kind);
  const line = y + ROW - 4;
  const room = (across.responder - across.originator - 24) / LETTER;
  return (
    <g class={`rung rung-${stops ? "stop" : rung.kind}`}>
      <text class="axis" x={across.times} y={line} text-anchor="end">
        {time}
      </text>
      <line class="arrow" x1={from} x2={to - way * (stops ? 8 : 4)} y1={line} y2={line} />
      {stops ? (
        <path class="cross" d={`M${to - way * 8 - 4} ${line - 4}l8 8m0-8l-8 8`} />
      ) : (
        <path class="arrow-head" d={`M${to - way} ${line}l${-7 * way} -4v8z`} />
      )}
      <text x={from + way * 12} y={line - 5} text-anchor={rung.direction === "originator" ? "start" : "end"}>
        {cut(rungWords(rung), room)}
      </text>
    </g>
  );
}

/**
 * What a message says, in few words: "piece 12 + 32 768, after 41.5 ms".
 * @param {Rung} rung
 */
export function rungWords({ name, index, begin, answers, delay }) {
  const where = index === null ? "" : ` ${number(index)}`;
  const block = begin === null ? "" : ` + ${number(begin)}`;
  const after = answers === null || delay === null ? "" : `, after ${milliseconds(delay)} ms`;
  return name.replaceAll("_", " ") + where + block + after;
}
