/**
 * The lines that join requests with what answers them, beside the lifeline of the end that asks; requests that are open at one time stand side by side.
 *
 * @import { Across, Rung } from "./ladder"
 */
const ROW = 22;
/** Px between two lines, and the most that stand side by side. */
const APART = 5;

/**
 * @param {{ rungs: (Rung | undefined)[], from: number, to: number, across: Across, shown: (number | null | undefined)[] }} props `from`, `to`: the rungs
 *   that are drawn
 */
export function LadderJoins({ rungs, from, to, across, shown }) {
  const joins = joinsOf(rungs);
  const most = Math.max(Math.floor(across.joins / APART) - 1, 1);
  const y = (/** @type {number} */ place) => (Math.max(Math.min(place, to + 1), from - 1) - from) * ROW + ROW - 4;
  return (
    <>
      {joins.map(({ asked, answered, originator, level }) => {
        const x = originator ? across.originator : across.responder;
        const out = (originator ? -1 : 1) * APART * (1 + (level % most));
        const on = shown.includes(asked) && shown.includes(answered);
        return (
          <path
            key={asked}
            class={on ? "join is-pointed" : "join"}
            d={`M${x} ${y(asked)}h${out}V${y(answered)}h${-out}`}
          />
        );
      })}
    </>
  );
}

/**
 * The pairs of which at least one rung is drawn. `level`: how many requests were open before it.
 * @param {(Rung | undefined)[]} rungs
 */
export function joinsOf(rungs) {
  /** @type {Map<number, { asked: number, answered: number, originator: boolean, level: number }>} */
  const joins = new Map();
  for (const rung of rungs) {
    if (!rung) continue;
    const originates = rung.direction === "originator";
    const level = Math.max((rung.outstanding ?? 1) - 1, 0);
    if (rung.answered_by !== null) {
      joins.set(rung.number, { asked: rung.number, answered: rung.answered_by, originator: originates, level });
    } else if (rung.answers !== null && !joins.has(rung.answers)) {
      joins.set(rung.answers, { asked: rung.answers, answered: rung.number, originator: !originates, level });
    }
  }
  return [...joins.values()];
}
