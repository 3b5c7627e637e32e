/**
 * The download view on digests written by hand.
 */
import { afterEach, describe, expect, test } from "vitest";
import { torrentRow } from "../support/digests";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

const unknown = torrentRow({
  info_hash: null,
  name: null,
  piece_length: null,
  piece_count: null,
  total_size: null,
  pieces: 5,
  bytes: 81920,
});
const MAP = {
  pieces: 48,
  runs: [
    { first: 0, count: 30, rank: 1 },
    { first: 30, count: 10, rank: 2 },
    { first: 42, count: 6, rank: 0 },
  ],
  contributors: [
    { endpoint: "24.17.239.210:49408", bytes: 2 << 20, pieces: 30 },
    { endpoint: "95.13.29.121:48169", bytes: 1 << 20, pieces: 10 },
  ],
  others: 3,
  other_bytes: 1 << 20,
};
const PIECES = [
  {
    index: 0,
    bytes: 65536,
    verified: true,
    contributors: 2,
    top_contributor: "24.17.239.210:49408",
    receivers: 1,
    sent_by: [
      { endpoint: "24.17.239.210:49408", bytes: 49152 },
      { endpoint: "95.13.29.121:48169", bytes: 16384 },
    ],
    received_by: [{ endpoint: "192.168.1.10:6881", bytes: 65536 }],
    first_frame: 300,
    last_frame: 340,
  },
  {
    index: 7,
    bytes: 16384,
    verified: null,
    contributors: 0,
    top_contributor: null,
    receivers: 1,
    sent_by: [],
    received_by: [],
    first_frame: 310,
    last_frame: 310,
  },
];

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page?.close());

/** @param {any[]} torrents */
async function open(torrents, selection = {}) {
  page = await pageOf({
    digest: { torrents, torrent_count: torrents.length },
    tables: { torrents, pieces: PIECES, contributors: MAP.contributors },
    map: MAP,
    selection: { view: "download", ...selection },
  });
  return page.root;
}

describe("a torrent", () => {
  test("has its facts, and says how many pieces were seen", async () => {
    const root = await open([torrentRow({ pieces: 46 })]);
    expect(textOf(root.querySelector(".torrent-name"))).toBe("sample-0-b54de2a6.bin");
    expect(textOf(root.querySelector(".fact-line"))).toContain("Pieces48 of 64 KiB");
    expect(textOf(root.querySelector(".torrent h3"))).toContain("46 of 48 pieces were seen");
  });

  test("without a handshake is the unknown one, and what is not known is not there", async () => {
    const root = await open([unknown]);
    expect(textOf(root.querySelector(".torrent-name"))).toBe("unknown torrent (no handshake in the capture)");
    expect(textOf(root.querySelector(".fact-line"))).toContain("info_hashnot in this captureSizenot in this capture");
    expect(textOf(root.querySelector(".torrent h3"))).toContain("5 pieces seen");
  });

  test("is chosen by its row", async () => {
    const root = await open([torrentRow(), unknown]);
    expect(root.querySelector('[aria-label="Torrents"] [aria-selected="true"]')?.textContent).toContain("sample-0");
    const rows = root.querySelectorAll('[aria-label="Torrents"] .table-body [role="row"]');
    /** @type {HTMLElement} */ (rows[1]).click();
    await settled();
    expect(textOf(root.querySelector(".torrent-name"))).toContain("unknown torrent");
    expect(page.app.detail.value).toBeNull();
  });

  test("of which nothing went over the wire has no map and no pieces", async () => {
    const root = await open([torrentRow({ pieces: 0, bytes: 0 })]);
    expect(root.querySelector(".piece-map")).toBeNull();
    expect(textOf(root.querySelector(".torrent"))).toContain("No piece of it went over the wire in this capture.");
  });
});

describe("a piece", () => {
  test("says what was not looked for, and looks for it when asked", async () => {
    const step = { rung: /** @type {const} */ ("sent_blocks"), frame: 300, time: null, last_frame: 340, count: null };
    const answer = {
      ladder: { steps: [{ ...step, note: "blocks came, all 65536 bytes of it" }], beside: [] },
      rungs: /** @type {any[]} */ (["claims_pieces", "sent_blocks", "blocks_verified"]),
      looked_for: /** @type {any[]} */ (["sent_blocks"]),
      filter: "frame.number in {300, 340}",
      command: "",
    };
    page = await pageOf({
      digest: { torrents: [torrentRow()], torrent_count: 1 },
      tables: { torrents: [torrentRow()], pieces: PIECES, contributors: [] },
      map: MAP,
      selection: { view: "download" },
      answer,
    });
    page.app.look("pieces", PIECES[0]);
    await settled();
    const rungs = [...page.root.querySelectorAll(".detail .evidence-rungs li")].map(textOf);
    expect(rungs[0]).toBe("verifiednot checked");
    expect(rungs[1]).toMatch(/^blocks sentframe 300blocks came, all 65536 bytes of it, last in frame 340$/);
    expect(rungs[2]).toBe("had, as peers saynot looked for");
    const asked = () => page.said.filter(({ type }) => type === "evidence_ladder").length;
    const before = asked();
    const button = [...page.root.querySelectorAll(".detail button")].find((one) => textOf(one).startsWith("Look for"));
    /** @type {HTMLElement} */ (button).click();
    await settled();
    expect(page.said).toContainEqual(expect.objectContaining({ type: "trace" }));
    expect(asked()).toBe(before + 1);
  });
});

describe("who sent what", () => {
  test("has a hue for each contributor and one for the rest", async () => {
    const root = await open([torrentRow()]);
    const marks = [...root.querySelectorAll(".piece-map path")].map((path) => path.getAttribute("class"));
    expect(marks).toEqual(["fill-peer-rest", "fill-peer-1", "fill-peer-2"]);
  });

  test("lists the contributors with their shares", async () => {
    const root = await open([torrentRow()]);
    const rows = [...root.querySelectorAll(".contributors tbody tr")].map((row) => [...row.children].map(textOf));
    expect(rows).toEqual([
      ["1", "24.17.239.210:49408", "2.0", "50 %"],
      ["2", "95.13.29.121:48169", "1.0", "25 %"],
      ["", "3 others", "1.0", "25 %"],
    ]);
  });

  test("dims what is not pointed at", async () => {
    const root = await open([torrentRow()]);
    root.querySelectorAll(".contributors tbody tr")[1].dispatchEvent(new MouseEvent("mouseenter"));
    await settled();
    const dim = (/** @type {string} */ query) => root.querySelector(query)?.classList.contains("is-dim");
    expect([dim(".fill-peer-1"), dim(".fill-peer-2"), dim(".fill-peer-rest")]).toEqual([true, false, true]);
  });
});

test("web servers that sent pieces are told with the reasons", async () => {
  const seed = {
    endpoint: "151.146.103.200:80",
    client: "192.168.1.10",
    url: "http://www.example.com/seed",
    info_hash: String(torrentRow().info_hash),
    reasons: ["One reason.", "Another."],
    requests: 4,
    responses: 3,
    bytes: 2 << 20,
    pieces: 32,
    first_frame: 7,
    last_frame: 99,
  };
  const torrents = [torrentRow()];
  page = await pageOf({
    digest: { torrents, torrent_count: 1, web_seeds: [seed] },
    tables: { torrents },
    selection: { view: "download" },
  });
  const fact = page.root.querySelector(".picture .fact-list > div");
  expect([...(fact?.children ?? [])].slice(0, 2).map(textOf)).toEqual([
    "151.146.103.200:80 to 192.168.1.10, sample-0-b54de2a6.bin",
    "http://www.example.com/seed: 2.0 MiB in 32 pieces of sample-0-b54de2a6.bin; 3 of 4 requests answered. One reason. Another.",
  ]);
});

test("pieces and contributors stand in the same place", async () => {
  const root = await open([torrentRow()]);
  expect(rowsOf(root, "Pieces of sample-0-b54de2a6.bin")).toEqual([
    ["0", "24.17.239.210:49408, 95.13.29.121:48169", "verified", "2", "64", "1", "300", "340"],
    ["7", "–", "–", "0", "16", "1", "310", "310"],
  ]);
  const choices = [...root.querySelectorAll(".segmented button")];
  /** @type {HTMLElement} */ (choices[1]).click();
  await settled();
  expect(rowsOf(root, "Contributors to sample-0-b54de2a6.bin")[0]).toEqual(["24.17.239.210:49408", "30", "2.00"]);
});

test("a piece names everybody who sent it", async () => {
  const root = await open([torrentRow()]);
  page.app.look("pieces", PIECES[0]);
  await settled();
  const detail = textOf(root.querySelector(".detail"));
  for (const { endpoint } of [...PIECES[0].sent_by, ...PIECES[0].received_by]) expect(detail).toContain(endpoint);
});
