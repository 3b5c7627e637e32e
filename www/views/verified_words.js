/**
 * What a verification says, in words.
 *
 * @import { MissingReason, Verified, VerifiedPieces, VerifiedTorrent } from "../engine/types"
 * @import { Written } from "../engine/messages"
 * @import { Doing } from "../state/verification"
 */
import { counted, mebibytes, NONE, number, sentence, size, sizeOf, told } from "../base/format";
import { explain } from "../state/errors";

/** @type {Record<MissingReason, string>} */
const REASONS = {
  not_seen: "no block captured",
  not_captured: "packets not captured",
  truncated: "frames cut when captured",
  made_way: "gave its memory to others",
  no_hashes: "its hash is not known",
  maybe_encrypted: "perhaps encrypted",
  maybe_unattributed: "perhaps in a connection that does not tell its torrent",
};

/** @type {Record<string, string>} */
const STAGES = {
  learning: "Reading for hashes",
  looking: "Looking at what lies in the folder",
  checking: "Checking pieces",
  closing: "Closing files",
};

/**
 * What came of it, as a finding.
 * @param {VerifiedTorrent} torrent
 */
export function verifiedTold({ verified, failed, piece_count: pieces }) {
  const wrong = failed === 0 ? "" : `, ${number(failed)} failed`;
  if (verified === pieces)
    return pieces === 1 ? "Its only piece is verified" : `All ${number(pieces)} pieces are verified`;
  return `${number(verified)} of ${counted(pieces, "piece")} ${verified === 1 ? "is" : "are"} verified${wrong}`;
}

/**
 * What came of it for all torrents.
 * @param {VerifiedTorrent[]} torrents
 */
export function allTold(torrents) {
  const sum = (/** @type {"verified" | "piece_count" | "failed"} */ key) =>
    torrents.reduce((before, torrent) => before + torrent[key], 0);
  const wrong = sum("failed") === 0 ? "" : `, ${number(sum("failed"))} failed`;
  const pieces = `${number(sum("verified"))} of ${counted(sum("piece_count"), "piece")} verified${wrong}`;
  return `${sentence(told(torrents.length, "torrent"))}: ${pieces}.`;
}

/**
 * What is missing for the others, and how to give it.
 * @param {number} count
 */
export function withoutTold(count) {
  if (count === 0) return "";
  const whose = count === 1 ? "its" : "their";
  return `Of ${told(count, "more torrent")} nothing says what ${whose} pieces must be: drop ${whose} .torrent ${count === 1 ? "file" : "files"}. `;
}

/**
 * What stands in the way of more.
 * @param {VerifiedTorrent} torrent
 * @param {Verified} all
 */
export function restTold({ incomplete }, { hidden_connections: hidden }) {
  const encrypted = `${counted(hidden, "connection")} of the capture may be encrypted: what they carried cannot be read`;
  const parts = incomplete > 0 ? [`${number(incomplete)} incomplete`] : [];
  if (incomplete > 0 && hidden > 0) parts.push(encrypted);
  return parts.join("; ");
}

/**
 * A row of neighbouring pieces: which, what became of them, and why.
 * @param {VerifiedPieces} pieces
 */
export function piecesRow(pieces) {
  const { first, last, state, missing_bytes: missing } = pieces;
  const which = first === last ? number(first) : `${number(first)} – ${number(last)}`;
  return [which, state, whyTold(pieces) || NONE, missing === 0 ? NONE : mebibytes(missing, 2)];
}

/** @param {VerifiedPieces} pieces */
function whyTold({ by, reasons, wrong_senders: senders, certain }) {
  const parts = by.length > 0 ? [`by ${by.join(" and ")}`] : [];
  if (reasons.length > 0) parts.push(reasons.map((reason) => REASONS[reason]).join(", "));
  if (senders.length > 0) parts.push(`wrong bytes from ${certain ? "" : "one or more of "}${senders.join(", ")}`);
  return parts.join("; ");
}

/**
 * How far it is.
 * @param {Doing} doing
 */
export function doingTold(doing) {
  if (doing.status !== "running") return "Beginning";
  const { stage, progress, rate, right, pieces } = doing;
  const parts = [STAGES[stage]];
  if (stage === "learning" || stage === "checking") {
    parts.push(sizeOf(progress.bytes, progress.bytes_total));
    if (rate !== null && rate > 0) parts.push(`${size(Math.round(rate))}/s`);
  }
  if (pieces > 0) parts.push(`${number(right)} of ${counted(pieces, "piece")} verified`);
  return parts.join(", ");
}

/**
 * What came of putting files together.
 * @param {Written} written
 */
export function writtenTold({ files, refused, saved }) {
  const there = files.filter(({ isThere }) => isThere);
  const whole = there.filter(({ missing }) => missing === 0);
  const holes = there.length - whole.length;
  if (there.length === 0) return "No file: none of their bytes is verified.";
  const parts = whole.length > 0 ? [`${counted(whole.length, "file")} whole`] : [];
  if (holes > 0) parts.push(`${counted(holes, "file")} with holes, listed in a .holes.json beside each`);
  if (files.length > there.length)
    parts.push(`${counted(files.length - there.length, "file")} without any verified byte, not written`);
  if (refused.length > 0)
    parts.push(`${refused.map(({ path }) => path).join(", ")} left alone: longer than the torrent's`);
  const renamed = files.filter((file) => file.isThere && file.renamed).length;
  if (renamed > 0) parts.push(`${number(renamed)} under another name`);
  return `${saved ? "Put together" : "Written"}: ${parts.join("; ")}.`;
}

/**
 * Why nothing came of it.
 * @param {import("../engine/messages").Problem} problem
 */
export function failureTold(problem) {
  const { what, remedy } = explain(problem);
  return `${what} ${remedy}`;
}
