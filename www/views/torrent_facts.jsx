/**
 * What is known of a torrent, as a line of facts.
 *
 * @import { Fact } from "../components/facts"
 * @import { FactSource, KnownTorrent, ListedTorrent, TorrentStudy } from "../engine/types"
 */
import { clock, instant, number, shortened, size } from "../base/format";
import { hostOf } from "./picture";

/** Who tells a name is told of so many. */
const NAMERS = 2;

/**
 * Who says something of a torrent, where it is not told where that is.
 * @type {Record<FactSource, string>}
 */
const SOURCES = {
  torrent_file: "a .torrent file",
  magnet_link: "a magnet link",
  ut_metadata: "ut_metadata",
  http: "a .torrent file over HTTP",
  announce: "an announce",
  inferred: "what passed by",
};

/**
 * Who says it, in words: what was given by its name.
 * @param {FactSource} source
 * @param {string | null} origin
 */
export function sourceTold(source, origin) {
  if (source === "torrent_file") return origin ?? SOURCES[source];
  return source === "magnet_link" && origin !== null ? `a magnet link in ${origin}` : SOURCES[source];
}

/**
 * Where its name is known from; null where it is not.
 * @param {Pick<ListedTorrent, "name_from" | "name_origin" | "name_frame">} torrent
 */
export function knownFrom({ name_from: source, name_origin: origin, name_frame: frame }) {
  if (source === null) return null;
  return sourceTold(source, origin) + (frame === null ? "" : `, frame ${number(frame)}`);
}

/**
 * All who tell the name that it is called by, in the order in which they did; null where nobody does.
 * @param {KnownTorrent} known
 */
function nameTold({ name, facts }) {
  const tell = facts.filter(({ fact, value }) => fact === "name" && value !== null && value === name);
  const told = tell.map(({ source, origin, frame }) =>
    knownFrom({ name_from: source, name_origin: origin, name_frame: frame }),
  );
  const [shown, more] = [told.slice(0, NAMERS), told.length - NAMERS];
  return told.length === 0 ? null : shown.join("; ") + (more > 0 ? `; and ${number(more)} more` : "");
}

/**
 * @param {string} hash
 * @param {ListedTorrent | null} row
 * @param {TorrentStudy | null} study
 * @param {KnownTorrent | null} known
 * @returns {Fact[]}
 */
export function torrentFacts(hash, row, study, known) {
  const absent = <span class="absent">not in this capture</span>;
  const count = row?.piece_count ?? study?.piece_count ?? null;
  const total = row?.total_size ?? null;
  const length = row?.piece_length ?? study?.piece_length ?? null;
  /** @type {Fact[]} */
  const facts = [{ name: "info_hash", value: shortened(hash), title: hash, whole: hash, code: true }];
  const second = row?.info_hash_v2 ?? null;
  if (second !== null) {
    facts.push({ name: "info_hash, version 2", value: shortened(second), title: second, whole: second, code: true });
  }
  facts.push(
    { name: "Size", value: total === null ? absent : size(total) },
    {
      name: "Pieces",
      value: count === null ? absent : length === null ? number(count) : `${number(count)} of ${size(length)}`,
    },
    { name: "Name known from", value: (known && nameTold(known)) ?? (row && knownFrom(row)) ?? absent },
  );
  if (known?.private)
    facts.push({ name: "Private", value: "yes", title: "Peers are to be had from its trackers only" });
  const local = [
    ...new Set((study?.curves ?? []).filter((curve) => curve.local).map(({ endpoint }) => hostOf(endpoint))),
  ];
  if (local.length > 0) {
    facts.push({ name: local.length === 1 ? "Local host" : "Local hosts", value: local.join(", "), code: true });
  }
  if (row && row.first_time !== null && row.last_time !== null) {
    facts.push({
      name: "Seen",
      value: `${clock(row.first_time)} – ${clock(row.last_time)}`,
      title: `${instant(row.first_time)} to ${instant(row.last_time)}, in your time zone`,
    });
  }
  return facts;
}
