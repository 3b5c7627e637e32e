/**
 * When each connection was up, over what, and how much it carried.
 *
 * @import { Lane } from "../components/lanes"
 * @import { Connection, Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useMemo } from "preact/hooks";
import { clock, counted, duration, number, size } from "../base/format";
import { Lanes } from "../components/lanes";
import { KEYS } from "../state/rows";
import { isEncrypted, transportOf } from "./connections_columns";
import { hostOf, openedFrom, partTold, Picture } from "./picture";

/** @param {{ app: App, digest: Digest, pointed: string | null, onPoint: (key: string | null) => void }} props */
export function ConnectionsPicture({ app, digest, pointed, onPoint }) {
  const drawn = app.pictures.of("connections");
  const rows = /** @type {Connection[]} */ (drawn?.rows ?? []);
  const { first_time: from, last_time: to } = digest.capture;
  const lanes = useMemo(() => rows.map(laneOf), [rows]);
  if (drawn === null || rows.length === 0 || from === null || to === null) return null;
  const hatched = rows.some(isEncrypted) ? "; hatched where encrypted" : "";
  const part = partTold(rows.length, drawn.matched, "in the table’s order the first");
  const [tcp, utp] = ["tcp", "utp"].map((transport) => rows.some((row) => row.transport === transport));
  const caption = (
    <>
      a bar while it was seen, over {tcp && <span class="in-tcp">TCP</span>}
      {tcp && utp && " or "}
      {utp && <span class="in-utp">uTP</span>}
      {hatched + part}
    </>
  );
  return (
    <Picture title={finding(rows, drawn.matched)} caption={caption}>
      <Lanes
        lanes={lanes}
        from={from}
        to={to}
        label="When each connection was seen, and how much went over it; the table has the figures"
        pointed={pointed}
        onPoint={onPoint}
        {...openedFrom(app, "connections", rows)}
      />
    </Picture>
  );
}

/**
 * @param {Connection} row
 * @returns {Lane}
 */
export function laneOf(row) {
  const { first_seen: at, last_seen: until } = row;
  const hatched = isEncrypted(row);
  const told = `${clock(at)}, for ${duration(until - at)}${hatched ? ", encrypted" : ""}`;
  const hue = row.transport === "utp" ? "utp" : "tcp";
  return {
    label: `${hostOf(row.originator)} → ${row.responder}`,
    short: `→ ${row.responder}`,
    code: true,
    note: `${transportOf(row)}, ${size(row.sent.bytes + row.received.bytes)}`,
    marks: [{ key: KEYS.connections(row), at, until, hue, hatched, told }],
  };
}

/**
 * @param {Connection[]} rows
 * @param {number} all
 */
function finding(rows, all) {
  const most = mostAtOnce(rows);
  const up = `${most === 1 ? "was" : "were"} up at one time`;
  if (rows.length < all) {
    const of = `of the ${number(rows.length)} drawn`;
    return most === rows.length ? `All ${of} ${up}` : `At most ${number(most)} ${of} ${up}`;
  }
  if (rows.length === 1) return "One connection";
  return most === rows.length
    ? `All ${number(all)} ${up}`
    : `At most ${number(most)} of ${counted(all, "connection")} ${up}`;
}

/** @param {Connection[]} rows */
export function mostAtOnce(rows) {
  const changes = rows.flatMap(({ first_seen: at, last_seen: until }) => [
    { at, by: 1 },
    { at: until, by: -1 },
  ]);
  // Of two at one moment the beginning counts first: both were seen then.
  changes.sort((a, b) => a.at - b.at || b.by - a.by);
  let now = 0;
  return changes.reduce((most, { by }) => Math.max(most, (now += by)), 0);
}
