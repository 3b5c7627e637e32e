/**
 * The view of swarms on rows written by hand.
 *
 * @import { PeerRow, TorrentRow } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { digestOf, START, torrentRow } from "../support/digests";
import { laneOf } from "../../../www/views/swarms_picture";
import { percentOf } from "../../../www/views/swarms_columns";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

const HASH = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";
const OTHER = "17a59abd00000000000000000000000000000000";

/** @type {PeerRow} */
const PEER = {
  info_hash: HASH,
  endpoint: "95.185.66.33:57776",
  peer_id: null,
  client: "libtorrent 2.1.1",
  sources: ["tracker", "pex"],
  evidence: "sent_blocks",
  contacts: 3,
  first_seen: START + 1,
  last_seen: START + 9,
  first_frame: 60,
  progress_first: 0.125,
  progress_last: 1,
  completed_at: START + 5,
  max_speed: 128 * 1024,
  download_rate: 96 * 1024,
  upload_rate: null,
  local: false,
  downloaded: 3 * 2 ** 20,
  uploaded: 2 ** 20,
};
/** @type {PeerRow} */
const UNKNOWN = {
  ...PEER,
  endpoint: "10.0.0.4:6881",
  client: null,
  sources: [],
  evidence: "handshake",
  progress_first: null,
  progress_last: null,
  completed_at: null,
  max_speed: null,
};
const SWARM = {
  threshold: 98,
  peer_count: 2,
  progress_known: 1,
  complete_at_first: 0,
  met_once_below: 0,
  confirmed_count: 1,
};

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

/**
 * @param {PeerRow[]} peers
 * @param {TorrentRow[]} torrents
 */
async function open(peers, torrents = [torrentRow()]) {
  const digest = { swarm: { ...SWARM, peer_count: peers.length }, torrents, torrent_count: torrents.length };
  page = await pageOf({ digest, tables: { peers }, selection: { view: "swarms" } });
}

function said() {
  return textOf(page.root.querySelector(".view-title p"));
}

describe("swarms", () => {
  test("say what the number of confirmed downloads is a part of, and that it is a lower bound", async () => {
    await open([PEER, UNKNOWN]);
    expect(said()).toBe(
      "Who took part, and what each had. 1 download is confirmed at 98 % of the pieces. That is a lower bound: of 2 peers met, progress is known of 1.",
    );
    page.close();
    const swarm = { ...SWARM, confirmed_count: 0, complete_at_first: 3, met_once_below: 1 };
    page = await pageOf({ digest: { swarm }, selection: { view: "swarms" } });
    expect(said()).toContain("No download is confirmed");
    expect(said()).toMatch(/3 had as much when first met; 1 had less and was met once only\.$/);
  });

  test("have a row a peer; what is not known is not 0", async () => {
    await open([PEER, UNKNOWN]);
    const rows = rowsOf(page.root, "Peers").map((cells) => cells.filter((_, column) => column !== 6));
    expect(rows).toContainEqual([
      "95.185.66.33:57776",
      "libtorrent 2.1.1",
      "sent blocks",
      "tracker’s answer, peer exchange",
      "3",
      "12.5 → 100",
      "128",
      "3.0",
      "1.0",
    ]);
    expect(rows).toContainEqual(["10.0.0.4:6881", "–", "spoke", "–", "3", "–", "–", "3.0", "1.0"]);
  });

  test("are those of all torrents, or of the one that is chosen", async () => {
    const other = torrentRow({ info_hash: OTHER, name: null });
    await open([PEER, { ...PEER, info_hash: OTHER }], [torrentRow(), other, torrentRow({ info_hash: null })]);
    const choice = /** @type {HTMLSelectElement} */ (page.root.querySelector(".scope select"));
    expect([...choice.options].map(textOf)).toEqual(["all", "sample-0-b54de2a6.bin", "torrent 17a59abd…0000"]);
    choice.value = OTHER;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    await settled();
    expect(page.app.selection.value.torrent).toBe(OTHER);
  });

  test("tell all of a peer in the detail, and lead to its events", async () => {
    await open([PEER]);
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    expect(textOf(page.root.querySelector(".detail h2"))).toBe(PEER.endpoint);
    expect(textOf(page.root.querySelector(".detail .fact-list"))).toMatch(/First frame60/);
    /** @type {HTMLElement} */ (page.root.querySelector(".detail .actions button")).click();
    await settled();
    expect(page.app.selection.value).toMatchObject({ view: "events", scope: { torrent: HASH, host: "95.185.66.33" } });
  });

  test("are confirmed at another share when one is asked for, if it is a share that may be", async () => {
    await open([PEER]);
    const input = /** @type {HTMLInputElement} */ (page.root.querySelector(".scope input"));
    for (const [typed, then] of /** @type {const} */ ([
      ["30", "98"],
      ["90", "90"],
    ])) {
      input.value = typed;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      await settled();
      expect(input.value).toBe(then);
    }
    expect(said()).toMatch(/confirmed at 90 % of the pieces/);
  });

  test("say when nobody was met", async () => {
    page = await pageOf({ digest: { ...digestOf({}), encrypted_flow_count: 1 }, selection: { view: "swarms" } });
    expect(textOf(page.root.querySelector(".table-nothing"))).toMatch(/^No peer was met in this capture/);
    expect(page.root.querySelector(".scope")).toBeNull();
  });
});

describe("the picture of swarms", () => {
  test("has a bar from what a peer first had to what it last had, and a sign where that confirms a download", async () => {
    expect(laneOf(PEER, 98).marks).toMatchObject([
      { at: 12.5, until: 100 },
      { at: 98, sign: "diamond" },
    ]);
    expect(laneOf(UNKNOWN, 98)).toMatchObject({ note: "–", marks: [] });
    await open([PEER, UNKNOWN]);
    expect(textOf(page.root.querySelector(".picture h2"))).toMatch(/^At least 1 of 2 peers completed a download/);
  });

  test("is not there while no progress is known", async () => {
    await open([UNKNOWN]);
    expect(page.root.querySelector(".picture")).toBeNull();
  });

  test("a share is never rounded up to all of it", () => {
    expect([0, 0.98, 0.9999, 1].map(percentOf)).toEqual(["0", "98", "99.9", "100"]);
  });
});
