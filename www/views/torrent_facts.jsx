/**
 * What is known of a torrent, as a line of facts.
 *
 * @import { Fact } from "../components/facts"
 * @import { ListedTorrent, TorrentStudy } from "../engine/types"
 */
import { clock, instant, number, shortened, size } from "../base/format";
import { hostOf } from "./picture";

/**
 * Where its name is known from; null where it is not.
 * @param {ListedTorrent} torrent
 */
export function knownFrom({ metadata_frame: frame }) {
  return frame === null ? null : `its description, frame ${number(frame)}`;
}

/**
 * @param {string} hash
 * @param {ListedTorrent | null} row
 * @param {TorrentStudy | null} study
 * @returns {Fact[]}
 */
export function torrentFacts(hash, row, study) {
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
    { name: "Name known from", value: (row && knownFrom(row)) ?? absent },
  );
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
