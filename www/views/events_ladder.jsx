/**
 * The requests and blocks of one connection as a picture, side by side with the table of its events.
 *
 * @import { EventRow } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { LadderHead } from "../state/events"
 */
import { counted, NONE, number } from "../base/format";
import { Ladder } from "../components/ladder";
import { KEYS } from "../state/rows";
import { Picture } from "./picture";

/** @param {{ app: App, pointed: string | null, onPoint: (key: string | null) => void }} props `pointed`: the key of an event's row */
export function EventsLadder({ app, pointed, onPoint }) {
  const { rows, rungs, ladder } = app.events;
  const head = ladder.value;
  void rungs.total.value;
  if (head === null || head.matched === 0 || head.first_time === null) return null;
  const { detail } = app;
  const open = detail.value?.table === "rungs" ? detail.value.row.number : null;
  const row = pointed === null ? undefined : rows.find(pointed);
  const rung = row && matching(row, rows, rungs);
  return (
    <Picture title={finding(head)} caption={caption(head)}>
      <Ladder
        originator={head.originator ?? NONE}
        responder={head.responder ?? NONE}
        source={rungs}
        start={head.first_time}
        label="Requests and blocks in order, as arrows; the table below lists every message"
        pointed={rung?.number ?? open}
        onPoint={(pointedAt) => onPoint(keyOf(pointedAt && matching(pointedAt, rungs, rows)))}
        onOpen={(opened) => app.look("rungs", opened)}
      />
    </Picture>
  );
}

/** @param {EventRow | null | undefined} row */
function keyOf(row) {
  return row ? KEYS.events(row) : null;
}

/**
 * The same message in the other list, if it is among those that were fetched. Of several messages of one name in one frame, both lists have
 * them in the same order.
 * @template {{ frame: number, name: string }} One
 * @template {{ frame: number, name: string }} Other
 * @param {One} one
 * @param {{ having: (wanted: (row: One) => boolean) => One[] }} from the list that it is of
 * @param {{ having: (wanted: (row: Other) => boolean) => Other[] }} to
 * @returns {Other | undefined}
 */
export function matching(one, from, to) {
  const alike = (/** @type {{ frame: number, name: string }} */ { frame, name }) =>
    frame === one.frame && name === one.name;
  return to.having(alike)[from.having(alike).indexOf(one)];
}

/** @param {LadderHead} head */
function finding({ messages, most_outstanding: most }) {
  if (most === 0) return `${counted(messages, "message")}, and no block was asked for`;
  return `At most ${counted(most, "request")} ${most === 1 ? "was" : "were"} open at one time`;
}

/** @param {LadderHead} head */
function caption({ truncated, matched }) {
  const part = truncated ? `; the first ${number(matched)} messages` : "";
  return `time downwards, in seconds since the first message; a line joins a request with its answer, × stops the other end${part}`;
}
