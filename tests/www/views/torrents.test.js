/**
 * The list of torrents on rows written by hand.
 *
 * @import { ListedTorrent, PeerRow } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { digestOf, torrentRow } from "../support/digests";
import { pageOf, rowsOf, settled, textOf } from "../support/page";
import { listedTorrent, peerRow } from "../support/studies";
import { percentOf } from "../../../www/views/swarms_columns";
import { laneOf } from "../../../www/views/swarms_picture";

const OTHER = "17a59abd00000000000000000000000000000000";
const BARE = listedTorrent({
  info_hash: OTHER,
  name: null,
  name_from: null,
  name_frame: null,
  total_size: null,
  piece_count: null,
  met: 1,
  first_time: null,
});
const PEER = peerRow();
const UNKNOWN = peerRow({
  endpoint: "10.0.0.4:6881",
  client: null,
  sources: [],
  evidence: "handshake",
  progress_first: null,
  progress_last: null,
  completed_at: null,
  max_speed: null,
});
const SWARM = {
  threshold: 98,
  peer_count: 2,
  local_count: 0,
  progress_known: 1,
  complete_at_first: 0,
  met_once_below: 0,
  confirmed_count: 1,
};

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

/**
 * @param {{ torrents?: ListedTorrent[], peers?: PeerRow[], swarm?: Partial<typeof SWARM>, reading?: boolean }} [shown]
 */
async function open({ torrents = [listedTorrent(), BARE], peers = [PEER, UNKNOWN], swarm = {}, reading = false } = {}) {
  const digest = {
    swarm: { ...SWARM, ...swarm },
    torrents: torrents.map(({ info_hash, name }) => torrentRow({ info_hash, name })),
  };
  page = await pageOf({
    digest: { ...digest, torrent_count: torrents.length, known_torrent_count: torrents.length },
    tables: { torrent_list: torrents, peers },
    selection: { view: "torrents" },
    reading,
  });
  return page.root;
}

function said() {
  return textOf(page.root.querySelector(".view-title p"));
}

describe("the list", () => {
  test("says what the number of confirmed downloads is a part of, and that it is a lower bound", async () => {
    await open();
    expect(said()).toBe(
      "Two torrents; 1 download is confirmed at 98 % of the pieces. That is a lower bound: of 2 peers met, progress is known of 1.",
    );
    page.close();
    await open({ swarm: { confirmed_count: 0, complete_at_first: 3, met_once_below: 1 } });
    expect(said()).toContain("Two torrents; no download is confirmed");
    expect(said()).toMatch(/3 had as much when first met; 1 had less and was met once only\.$/);
  });

  test("has a row a torrent; what is not known is not 0", async () => {
    const root = await open();
    const rows = rowsOf(root, "Torrents").map((cells) => cells.slice(0, -1));
    expect(rows).toEqual([
      [
        "sample-0-b54de2a6.bin",
        "0738eaa8…2630",
        "3.0",
        "48",
        expect.stringMatching(/frame 170$/),
        "3",
        "3",
        "1",
        "3.0",
        "<0.1",
      ],
      ["torrent 17a59abd…0000", "17a59abd…0000", "–", "–", "–", "1", "3", "1", "3.0", "<0.1"],
    ]);
  });

  test("leads to the page of a torrent, and that leads back", async () => {
    const root = await open();
    /** @type {HTMLElement} */ (root.querySelectorAll('[aria-label="Torrents"] .table-body [role="row"]')[1]).click();
    await settled();
    expect(page.app.selection.value).toMatchObject({ view: "torrents", torrent: OTHER });
    expect(textOf(root.querySelector("h1"))).toBe("torrent 17a59abd…0000");
    expect(textOf(root.querySelector(".way-back"))).toBe("Torrents, 2 of 2");
    /** @type {HTMLElement} */ (root.querySelector(".way-back a")).click();
    await settled();
    expect(textOf(root.querySelector("h1"))).toBe("Torrents");
  });

  test("of one torrent is its page, once all is read", async () => {
    const root = await open({ torrents: [listedTorrent()] });
    expect(textOf(root.querySelector("h1"))).toBe("sample-0-b54de2a6.bin");
    expect(root.querySelector(".way-back")).toBeNull();
    page.close();
    await open({ torrents: [listedTorrent()], reading: true });
    expect(textOf(page.root.querySelector("h1"))).toBe("Torrents");
  });

  test("says when no torrent can be told", async () => {
    page = await pageOf({ digest: { ...digestOf({}), encrypted_flow_count: 1 }, selection: { view: "torrents" } });
    expect(textOf(page.root.querySelector(".table-nothing"))).toMatch(/nobody named a torrent\.$/);
    expect(page.root.querySelector(".threshold")).toBeNull();
  });
});

describe("the peers of all torrents", () => {
  test("have a row each", async () => {
    const root = await open();
    const rows = rowsOf(root, "Peers of all torrents").map((cells) => cells.filter((_, column) => column !== 5));
    expect(rows).toContainEqual([
      "95.185.66.33:57776",
      "libtorrent 2.1.1",
      "sent blocks",
      "tracker’s answer, peer exchange",
      "12.5 → 100",
      "128",
      "3.0",
      "1.0",
      "0738eaa8…2630",
    ]);
    expect(rows).toContainEqual(["10.0.0.4:6881", "–", "handshake", "–", "–", "–", "3.0", "1.0", "0738eaa8…2630"]);
  });

  test("tell all of a peer in the detail, and lead to its events", async () => {
    const root = await open();
    /** @type {HTMLElement} */ (root.querySelectorAll('[aria-label^="Peers"] .table-body [role=row]')[0]).click();
    await settled();
    const endpoint = textOf(root.querySelector(".detail h2"));
    expect([PEER.endpoint, UNKNOWN.endpoint]).toContain(endpoint);
    expect(textOf(root.querySelector(".detail .fact-list"))).toMatch(/First frame60/);
    /** @type {HTMLElement} */ (root.querySelector(".detail .actions button")).click();
    await settled();
    expect(page.app.selection.value).toMatchObject({ view: "events", scope: { torrent: PEER.info_hash } });
  });

  test("are confirmed at another share when one is asked for, if it is a share that may be", async () => {
    const root = await open();
    const input = /** @type {HTMLInputElement} */ (root.querySelector(".threshold input"));
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
});

describe("the picture of what peers had", () => {
  test("has a bar from what a peer first had to what it last had, and a sign where that confirms a download", async () => {
    expect(laneOf(PEER, 98).marks).toMatchObject([
      { at: 12.5, until: 100 },
      { at: 98, sign: "diamond" },
    ]);
    expect(laneOf(UNKNOWN, 98)).toMatchObject({ note: "–", marks: [] });
    await open();
    expect(textOf(page.root.querySelector(".picture h2"))).toMatch(/^At least 1 of 2 peers completed a download/);
  });

  test("is not there while no progress is known", async () => {
    await open({ peers: [UNKNOWN] });
    expect(page.root.querySelector(".picture")).toBeNull();
  });

  test("a share is never rounded up to all of it", () => {
    expect([0, 0.98, 0.9999, 1].map(percentOf)).toEqual(["0", "98", "99.9", "100"]);
  });
});
