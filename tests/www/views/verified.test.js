/**
 * What the page of a torrent says of its pieces once they are verified.
 *
 * @import { Verified, VerifiedPieces, VerifiedTorrent } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import {
  allTold,
  doingTold,
  piecesRow,
  restTold,
  verifiedTold,
  withoutTold,
  writtenTold,
} from "../../../www/views/verified_words";
import { torrentRow } from "../support/digests";
import { pageOf, settled, textOf } from "../support/page";
import { listedTorrent, studyOf } from "../support/studies";

const HASH = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";
const LIAR = "10.0.0.9:6881";

/** @param {Partial<VerifiedPieces>} known @returns {VerifiedPieces} */
function pieces(known) {
  const rest = { missing_bytes: 0, reasons: [], wrong_senders: [], certain: false };
  return { first: 0, last: 0, state: "verified", by: [], ...rest, ...known };
}

/** @returns {VerifiedTorrent} */
function torrent() {
  return {
    info_hash: HASH,
    info_hash_v1: HASH,
    info_hash_v2: null,
    name: "sample-0-b54de2a6.bin",
    piece_length: 65536,
    piece_count: 48,
    verified: 45,
    kept: 0,
    failed: 1,
    incomplete: 2,
    pieces: [
      pieces({ last: 44, by: ["SHA-1"] }),
      pieces({ first: 45, last: 45, state: "failed", wrong_senders: [LIAR], certain: true }),
      pieces({
        first: 46,
        last: 47,
        state: "incomplete",
        missing_bytes: 131072,
        reasons: ["not_seen", "maybe_encrypted"],
      }),
    ],
    files: [{ path: "sample-0-b54de2a6.bin", length: 3145728, verified_bytes: 45 << 16 }],
    senders: [{ endpoint: "10.0.0.3:6881", bytes: 45 << 16, pieces: 45, first_frame: 178 }],
  };
}

/** @type {Verified} */
const VERIFIED = { torrents: [torrent()], unattributed_bytes: 0, hidden_connections: 2 };

describe("in words", () => {
  test("what came of it", () => {
    expect(verifiedTold(torrent())).toBe("45 of 48 pieces are verified, 1 failed");
    expect(verifiedTold({ ...torrent(), verified: 48, failed: 0 })).toBe("All 48 pieces are verified");
    expect(restTold(torrent(), VERIFIED)).toMatch(/^2 incomplete; 2 connections of the capture may be encrypted/);
    expect(restTold({ ...torrent(), incomplete: 0 }, VERIFIED)).toBe("");
    expect(allTold([torrent(), torrent()])).toBe("Two torrents: 90 of 96 pieces verified, 2 failed.");
    expect(withoutTold(0)).toBe("");
    expect(withoutTold(1)).toMatch(
      /^Of one more torrent nothing says what its pieces must be: drop its \.torrent file/,
    );
  });

  test("each row says why", () => {
    expect(torrent().pieces.map(piecesRow)).toEqual([
      ["0 – 44", "verified", "by SHA-1", "–"],
      ["45", "failed", `wrong bytes from ${LIAR}`, "–"],
      ["46 – 47", "incomplete", "no block captured, perhaps encrypted", "0.13"],
    ]);
    const unsure = pieces({ state: "failed", wrong_senders: [LIAR, "10.0.0.3:6881"] });
    expect(piecesRow(unsure)[2]).toBe(`wrong bytes from one or more of ${LIAR}, 10.0.0.3:6881`);
  });

  test("how far it is, and what was written", () => {
    const progress = { bytes: 1 << 20, bytes_total: 4 << 20, frames: 1, first_time: null, last_time: null };
    const doing = { about: HASH, rebuilds: false, status: /** @type {const} */ ("running"), progress, right: 3 };
    expect(doingTold({ ...doing, stage: "checking", rate: 1 << 20, pieces: 48 })).toBe(
      "Checking pieces, 1.0 of 4.0 MiB, 1.0 MiB/s, 3 of 48 pieces verified",
    );
    const file = { path: "a", place: ["a"], length: 4, missing: 0, renamed: false, isThere: true };
    const files = [file, { ...file, missing: 2, renamed: true }, { ...file, missing: 4, isThere: false }];
    expect(writtenTold({ files, refused: [], saved: null })).toBe(
      "Written: 1 file whole; 1 file with holes, listed in a .holes.json beside each; 1 file without any verified byte, not written; 1 under another name.",
    );
  });
});

describe("on the page of a torrent", () => {
  /** @type {Awaited<ReturnType<typeof pageOf>>} */
  let page;
  afterEach(() => page.close());

  /** @param {string} words */
  function button(words) {
    const found = [...page.root.querySelectorAll("button")].find((one) => textOf(one).startsWith(words));
    return /** @type {HTMLButtonElement} */ (found);
  }

  /** @param {import("../../../www/engine/messages").VerifyState} state */
  async function say(state) {
    page.say({ type: "verifying", state });
    await settled();
  }

  test("pieces are verified when that is asked for, with a way out; the report is told", async () => {
    const tables = { torrents: [torrentRow()], torrent_list: [listedTorrent()], known_torrents: [], peers: [] };
    page = await pageOf({ tables, study: studyOf({}), selection: { view: "torrents", torrent: HASH } });
    expect(textOf(page.root)).toContain("Its pieces are not checked yet");
    button("Verify pieces").click();
    await settled();
    expect(page.said.find(({ type }) => type === "verify")).toMatchObject({ order: { torrents: [HASH], into: null } });
    const progress = { bytes: 1 << 20, bytes_total: 4 << 20, frames: 1, first_time: null, last_time: null };
    await say({ status: "running", stage: "learning", progress, right: 0, pieces: 0 });
    expect(textOf(page.root)).toContain("Reading for hashes, 1.0 of 4.0 MiB");
    expect(button("Cancel")).toBeDefined();
    await say({ status: "done", verified: VERIFIED, written: null, memory: 0 });
    expect(textOf(page.root)).toContain("45 of 48 pieces are verified, 1 failed");
    expect(page.said.find(({ type }) => type === "prove")).toMatchObject({ verified: VERIFIED });
    expect(page.root.querySelectorAll(".piece-cross")).toHaveLength(2);
  });

  test("without an info dictionary it says what is missing", async () => {
    const tables = { torrents: [torrentRow()], torrent_list: [listedTorrent()], known_torrents: [], peers: [] };
    page = await pageOf({ tables, study: studyOf({}), selection: { view: "torrents", torrent: HASH } });
    button("Verify pieces").click();
    await settled();
    await say({ status: "done", verified: { ...VERIFIED, torrents: [] }, written: null, memory: 0 });
    expect(textOf(page.root)).toContain("Drop the .torrent file on this page");
    button("Verify pieces").click();
    await settled();
    await say({ status: "failed", problem: { code: "no_room", detail: null, file: null } });
    expect(textOf(page.root.querySelector("[role=alert]"))).toContain("not enough room");
  });
});
