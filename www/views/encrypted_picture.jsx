/**
 * When each connection that looks encrypted was up, how sure that is, and when its end was named.
 *
 * @import { Lane, Mark } from "../components/lanes"
 * @import { Digest, EncryptedFlow } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useMemo } from "preact/hooks";
import { counted, number, size } from "../base/format";
import { Lanes } from "../components/lanes";
import { KEYS } from "../state/rows";
import { percent, sourceName } from "./encrypted_columns";
import { hostOf, openedFrom, partTold, Picture } from "./picture";

/** @param {{ app: App, digest: Digest, pointed: string | null, onPoint: (key: string | null) => void }} props */
export function EncryptedPicture({ app, digest, pointed, onPoint }) {
  const drawn = app.pictures.of("encrypted");
  const rows = /** @type {EncryptedFlow[]} */ (drawn?.rows ?? []);
  const { first_time: from, last_time: to } = digest.capture;
  const lanes = useMemo(() => rows.map(laneOf), [rows]);
  if (drawn === null || rows.length === 0 || from === null || to === null) return null;
  const part = partTold(rows.length, drawn.matched, "in the table’s order the first");
  return (
    <Picture
      title={finding(rows, drawn.matched)}
      caption={`a bar while it was seen, as high as it is likely; diamond: an end of it is named${part}`}
    >
      <Lanes
        lanes={lanes}
        from={from}
        to={to}
        label="When each connection was seen and how likely it is encrypted BitTorrent; the table has the figures, the detail the reasons"
        pointed={pointed}
        onPoint={onPoint}
        {...openedFrom(app, "encrypted_flows", rows)}
      />
    </Picture>
  );
}

/**
 * @param {EncryptedFlow} row
 * @returns {Lane}
 */
export function laneOf(row) {
  const key = KEYS.encrypted_flows(row);
  /** @type {Mark[]} */
  const marks = [
    {
      key,
      at: row.first_time,
      until: row.last_time,
      hue: "encrypted",
      hatched: true,
      share: row.confidence,
      told: `${percent(row)} %: ${row.reasons[0] ?? "no reason told"}`,
    },
  ];
  if (row.delay !== null && row.source !== null) {
    const told = `named by ${sourceName(row.source)}`;
    marks.push({ key, at: row.first_time - row.delay, sign: "diamond", hue: hueOf(row.source), told });
  }
  return {
    label: `${hostOf(row.originator)} → ${row.responder}`,
    short: `→ ${row.responder}`,
    code: true,
    note: `${percent(row)} %, ${size(row.sent + row.received)}`,
    marks,
  };
}

/** @param {import("../engine/types").Source} source */
function hueOf(source) {
  if (source.startsWith("tracker")) return "tracker";
  return source.startsWith("dht") ? "dht" : "quiet";
}

/**
 * @param {EncryptedFlow[]} rows
 * @param {number} all
 */
function finding(rows, all) {
  const named = rows.filter(({ info_hash: hash }) => hash !== null).length;
  const of = rows.length < all ? `the ${number(rows.length)} drawn` : counted(rows.length, "connection");
  if (named === rows.length) return rows.length === 1 ? "It has a torrent" : `Each of ${of} has a torrent`;
  return `${number(named)} of ${of} ${named === 1 ? "has" : "have"} a torrent`;
}
