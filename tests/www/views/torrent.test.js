/**
 * The page of a torrent on a study written by hand.
 *
 * @import { KnownTorrent, TorrentStudy, TorrentTraffic } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { START, torrentRow } from "../support/digests";
import { pageOf, rowsOf, settled, textOf } from "../support/page";
import { listedTorrent, peerRow, studyOf } from "../support/studies";
import { availabilityFinding, progressFinding, rarityFinding, telling } from "../../../www/views/torrent_findings";
import { copiesFinding } from "../../../www/views/torrent_map";
import { denominators } from "../../../www/views/torrent_confirmed";

const HASH = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";
const DONE = "95.185.66.33:57776";
const SEED = "82.152.20.89:24297";
const LOCAL = "192.168.1.10:6881";
const MAP = {
  pieces: 48,
  runs: [{ first: 0, count: 48, rank: 1 }],
  contributors: [{ endpoint: SEED, bytes: 3 << 20, pieces: 48 }],
  others: 0,
  other_bytes: 0,
};
const COUNTS = {
  peers: 9,
  listed: 9,
  met: 4,
  progress_known: 3,
  complete_at_first: 1,
  met_once_below: 0,
  unidentified: 0,
};

/** @param {Partial<TorrentStudy["curves"][number]>} known */
function curve(known) {
  const points = [
    { time: START + 1, share: 0.125 },
    { time: START + 5, share: 1 },
  ];
  return { endpoint: DONE, client: "libtorrent 2.1.1", local: false, completed_at: START + 5, points, ...known };
}

/** @param {Partial<TorrentStudy["confirmed"][number]>} [known] */
function confirmed(known) {
  const time = START + 5;
  return { endpoint: DONE, client: null, time, not_before: time, frame: 200, local: false, ...known };
}

const STUDY = studyOf({
  counts: COUNTS,
  curves: [curve({}), curve({ endpoint: SEED, completed_at: null, points: [{ time: START, share: 1 }] })],
  availability: [
    { time: START, minimum: 0, mean: 1, peers: 1 },
    { time: START + 4, minimum: 2, mean: 2.5, peers: 3 },
  ],
  copies: [2, 2, 0, 1],
  copies_time: START + 6,
  copies_peers: 3,
  rarest_first: [{ time: START + 2, requests: 10, rank: 0.2 }],
  confirmed: [confirmed(), confirmed({ endpoint: LOCAL, local: true, time: START + 8, not_before: START + 6 })],
});

/** @type {TorrentTraffic} */
const TRAFFIC = {
  bin_seconds: 1,
  first_time: START + 3,
  down: [2 << 20, 1 << 20],
  up: [0, 1 << 19],
  others: [0, 0],
  contributors: [{ address: "82.152.20.89", sent: [2 << 20, 1 << 20] }],
};

const NAME = "sample-0-b54de2a6.bin";
/** @type {KnownTorrent} */
const KNOWN = {
  info_hash: HASH,
  info_hash_v1: HASH,
  info_hash_v2: null,
  name: NAME,
  piece_length: 65536,
  piece_count: 48,
  total_size: 3 << 20,
  private: false,
  files: [
    { path: "<b>a</b>", length: 2 << 20 },
    { path: "b", length: 1 << 20 },
  ],
  file_count: 2,
  trackers: ["udp://t:1"],
  web_seeds: [],
  peers_named: 0,
  given: true,
  in_capture: true,
  facts: [
    { fact: "name", source: "torrent_file", value: NAME, origin: "film.torrent", frame: null },
    { fact: "name", source: "ut_metadata", value: NAME, origin: "10.0.0.3:6881", frame: 1204 },
    { fact: "name", source: "magnet_link", value: "another", origin: null, frame: null },
    { fact: "trackers", source: "announce", value: null, origin: "udp://t:1", frame: 7 },
  ],
};

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page?.close());

/** @param {{ study?: TorrentStudy | null, row?: any, map?: typeof MAP, span?: number, traffic?: TorrentTraffic | null, known?: KnownTorrent | null }} [shown] */
async function open({ study = STUDY, row = listedTorrent(), map = MAP, span = 25, traffic = null, known = null } = {}) {
  const peers = [
    peerRow(),
    peerRow({ endpoint: SEED, progress_first: 1, completed_at: null, downloaded: 0, uploaded: 3 << 20, sources: [] }),
  ];
  page = await pageOf({
    digest: {
      torrents: [torrentRow()],
      torrent_count: 1,
      capture: { files: [], frames: 9, bytes: 9, first_time: START, last_time: START + span },
    },
    tables: { torrent_list: [row], peers, known_torrents: known === null ? [] : [known] },
    traffic,
    map,
    study,
    selection: { view: "torrents", torrent: HASH },
  });
  return page.root;
}

/** @param {string} title */
function picture(title) {
  const sections = [...page.root.querySelectorAll("section.picture")];
  const section = sections.find((one) => textOf(one.querySelector("h2")).includes(title));
  if (!section) throw new Error(`no picture says ${title}`);
  return section;
}

/**
 * The rows of a picture's table, which is opened first.
 * @param {string} title
 */
async function figures(title) {
  const details = /** @type {HTMLDetailsElement} */ (picture(title).querySelector("details"));
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  await settled();
  return [...details.querySelectorAll("tbody tr")].map((row) => [...row.children].map(textOf));
}

describe("the page of a torrent", () => {
  test("has its name and its facts", async () => {
    const root = await open();
    expect(textOf(root.querySelector("h1"))).toBe("sample-0-b54de2a6.bin");
    const facts = textOf(root.querySelector(".fact-line"));
    expect(facts).toContain("info_hash0738eaa8…2630");
    expect(facts).toContain("Size3.0 MiB");
    expect(facts).toContain("Pieces48 of 64 KiB");
    expect(facts).toMatch(/Name known from[^–]*frame 170/);
  });

  test("says what is not known of it", async () => {
    const root = await open({
      row: listedTorrent({
        name: null,
        total_size: null,
        name_from: null,
        name_frame: null,
        first_time: null,
        info_hash_v2: "a".repeat(64),
      }),
    });
    const facts = textOf(root.querySelector(".fact-line"));
    expect(facts).toContain("Sizenot in this capture");
    expect(facts).toContain("info_hash, version 2aaaaaaaa…aaaa");
    expect(facts).not.toContain("Seen");
  });

  test("shows who sent its pieces, or how many copies there were", async () => {
    const root = await open();
    expect(textOf(picture("All 48 pieces were seen").querySelector(".contributors tbody"))).toContain(SEED);
    const [, copies] = root.querySelectorAll(".heading-row .segmented button");
    /** @type {HTMLElement} */ (copies).click();
    await settled();
    expect(textOf(picture("1 piece of 4 had no copy").querySelector(".contributors"))).toContain(SEED);
    expect(root.querySelectorAll('path[class^="copies-"]').length).toBe(4);
    expect(await figures("1 piece of 4")).toEqual([
      ["0 – 23", "2"],
      ["24 – 35", "0"],
      ["36 – 47", "1"],
    ]);
  });

  test("offers no map of copies where nobody had any", async () => {
    const root = await open({ study: { ...STUDY, copies: [0, 0, 0, 0] } });
    expect(root.querySelector(".heading-row .segmented")).toBeNull();
  });

  test("shows when each contributor sent, where that is known", async () => {
    const root = await open({ traffic: TRAFFIC });
    const [, when] = root.querySelectorAll(".heading-row .segmented button");
    expect(textOf(when)).toBe("When");
    /** @type {HTMLElement} */ (when).click();
    await settled();
    const lanes = picture("All 48 pieces were seen");
    expect(lanes.querySelectorAll(".fill-peer-1")).toHaveLength(1);
    expect(textOf(lanes.querySelector("small"))).toBe("when each sent: one scale, at most 2.0 MiB/s");
    const [row] = await figures("All 48 pieces");
    expect([row[0], row[1], row[5]]).toEqual(["1", SEED, "2.0 MiB"]);
  });

  test("draws how much of it moved over time", async () => {
    await open({ traffic: TRAFFIC });
    const section = picture("busiest at");
    expect(textOf(section.querySelector("h2"))).toMatch(/^3\.0 MiB down, 512 KiB up; busiest at \d\d:\d\d:\d\d bytes/);
    expect(textOf(section)).not.toContain("Trackers");
    expect((await figures("busiest")).map((cells) => cells.slice(1))).toEqual([
      ["2.00", "–", "–"],
      ["1.00", "0.50", "–"],
    ]);
  });

  test("discloses its files, its trackers and who says what", async () => {
    const root = await open({ known: KNOWN });
    const closed = [...root.querySelectorAll(".torrent-known summary")].map(textOf);
    expect(closed.map((words) => words.replace(/:.*/, ""))).toEqual(["2 files", "1 tracker", "Who says so"]);
    for (const details of root.querySelectorAll(".torrent-known details")) {
      /** @type {HTMLDetailsElement} */ (details).open = true;
      details.dispatchEvent(new Event("toggle"));
    }
    await settled();
    const [files, trackers, facts] = [...root.querySelectorAll(".torrent-known tbody")].map((body) =>
      [...body.querySelectorAll("tr")].map((row) => [...row.children].map(textOf)),
    );
    expect(files).toEqual([
      ["<b>a</b>", "2.0"],
      ["b", "1.0"],
    ]);
    expect(trackers).toEqual([["udp://t:1", "7"]]);
    expect(facts[0]).toEqual(["Name: sample-0-b54de2a6.bin", "film.torrent", "given", "–"]);
    expect(textOf(root.querySelector(".fact-line"))).toMatch(/Name known fromfilm\.torrent; ut_metadata, frame 1\s204/);
  });

  test("without a piece on the wire says so", async () => {
    const root = await open({ study: studyOf({}), map: { ...MAP, pieces: 0, runs: [], contributors: [] } });
    expect(textOf(root)).toContain("No piece of it went over the wire in this capture.");
    expect(textOf(root)).toContain("No peer is seen to complete it");
  });

  test("says who completed it, as a lower bound with its denominators", async () => {
    await open();
    const section = picture("At least 2 peers completed it");
    expect(textOf(section.querySelector("small"))).toBe(
      "of 3 with known progress: 1 had as much when first met, 0 never crossed 98 %. Diamond: exact time; box: between two contacts",
    );
    expect(section.querySelectorAll("path.completion")).toHaveLength(1);
    expect(section.querySelectorAll("rect.completion-between")).toHaveLength(1);
    expect((await figures("At least 2")).map((cells) => [cells[0], cells[3], cells[4]])).toEqual([
      [DONE, "exact", "200"],
      [LOCAL, expect.stringMatching(/^\d\d:\d\d:\d\d$/), "200"],
    ]);
  });

  test("tells a long capture by the hour", async () => {
    const hours = [
      { time: START, confirmed: 2 },
      { time: START + 3600, confirmed: 0 },
      { time: START + 7200, confirmed: 1 },
    ];
    await open({ study: { ...STUDY, confirmed_per_hour: hours }, span: 3 * 3600 });
    expect(picture("At least 2").querySelectorAll(".hour-bar")).toHaveLength(2);
    page.close();
    await open({ study: { ...STUDY, confirmed_per_hour: hours } });
    expect(picture("At least 2").querySelectorAll(".hour-bar")).toHaveLength(0);
  });

  test("is confirmed at another share", async () => {
    const root = await open();
    const input = /** @type {HTMLInputElement} */ (root.querySelector(".threshold input"));
    input.value = "75";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    await settled();
    expect(textOf(picture("At least 2").querySelector("small"))).toContain("never crossed 75 %");
  });

  test("draws what each peer had, copies over time and rarity, each with its table", async () => {
    await open();
    expect(picture("The local host completed").querySelectorAll("path.curve")).toHaveLength(2);
    expect((await figures("The local host completed")).map((cells) => [cells[0], cells[3], cells[5]])).toEqual([
      [DONE, "12.5", "100"],
      [SEED, "100", "100"],
    ]);
    expect(await figures("of every piece")).toHaveLength(2);
    expect(picture("Rare pieces were asked for first").querySelectorAll(".bead")).toHaveLength(1);
    expect((await figures("Rare pieces"))[0].slice(1)).toEqual(["10", "0.20"]);
  });

  test("lists its peers with their place, the proof and the course of each", async () => {
    const root = await open();
    const rows = rowsOf(root, "Peers");
    expect(rows.map((cells) => cells[0])).toEqual([`1${SEED}`, DONE]);
    expect(rows[0].slice(3, 4)).toEqual(["sent blocks"]);
    expect(rows[0]).toContain("seed");
    const peers = /** @type {Element} */ (root.querySelector('[aria-label="Peers"]'));
    expect(peers.querySelectorAll(".progress-line")).toHaveLength(2);
    expect(peers.querySelectorAll(".rungs-reached")).toHaveLength(10);
    expect(textOf(root.querySelector(".torrent-peers h2"))).toContain("3 with known progress, of 4 met, of 9 listed");
  });
});

describe("findings", () => {
  const at = (/** @type {number} */ seconds, /** @type {number} */ minimum) => ({
    time: START + seconds,
    minimum,
    mean: minimum + 0.5,
    peers: 4,
  });

  test("of the copies over time name what held longest", () => {
    expect(availabilityFinding([at(0, 0), at(5, 0)])).toBe("At no moment did every piece have a copy");
    expect(availabilityFinding([at(0, 3), at(5, 3)])).toBe("At least 3 copies of every piece at any time");
    expect(availabilityFinding([at(0, 0), at(1, 3), at(5, 3), at(9, 4)])).toMatch(
      /^At least 3 copies of every piece from \d\d:\d\d:\d\d on$/,
    );
    expect(availabilityFinding([at(0, 1), at(1, 0), at(3, 1), at(9, 1), at(10, 0)])).toMatch(
      /^At least 1 copy of every piece from \d\d:\d\d:\d\d to \d\d:\d\d:\d\d$/,
    );
  });

  test("of rarity weigh by requests", () => {
    const moment = (/** @type {number} */ rank, /** @type {number} */ requests) => ({ time: START, rank, requests });
    expect(rarityFinding([moment(0.1, 90), moment(0.9, 10)])).toBe(
      "Rare pieces were asked for first: rank 0.18 on average",
    );
    expect(rarityFinding([moment(0.5, 1)])).toBe("Pieces were asked for as by chance: rank 0.50 on average");
    expect(rarityFinding([moment(0.8, 1)])).toMatch(/^Common pieces/);
  });

  test("of progress begin with the local host", () => {
    const of = (/** @type {TorrentStudy["confirmed"]} */ downloads) =>
      progressFinding({ ...STUDY, confirmed: downloads });
    const late = confirmed({ endpoint: LOCAL, local: true, time: START + 8 });
    expect(of([confirmed(), late])).toMatch(/^The local host completed at .*, after 1 of 1 other$/);
    expect(of([confirmed({ time: START + 9 }), late])).toMatch(/before anyone else$/);
    expect(of([confirmed()])).toMatch(/^One peer completed, at /);
    expect(of([confirmed(), confirmed({ endpoint: SEED })])).toMatch(/^The first completed at .*, the last at /);
    const half = curve({
      points: [
        { time: START, share: 0 },
        { time: START + 3, share: 0.5 },
      ],
    });
    expect(progressFinding(studyOf({ curves: [half] }))).toBe("Of those who downloaded, the furthest came to 50 %");
    expect(progressFinding(studyOf({ curves: [] }))).toBe("Nobody’s share is seen to grow");
  });

  test("of copies say how many pieces had none", () => {
    expect(copiesFinding([2, 3])).toBe("Every piece had 2 copies or more");
    expect(copiesFinding([0, 1, 0])).toBe("2 pieces of 3 had no copy");
  });

  test("the most telling curve is the local host's, then those that rose", () => {
    const seed = curve({ endpoint: SEED, points: [{ time: START, share: 1 }] });
    const own = curve({ endpoint: LOCAL, local: true });
    expect(telling([seed, curve({}), own]).map(({ endpoint }) => endpoint)).toEqual([LOCAL, DONE, SEED]);
  });

  test("of confirmed downloads say how many of the others were met once", () => {
    const study = studyOf({ counts: { ...COUNTS, progress_known: 9, met_once_below: 4 } });
    expect(denominators(study, false)).toBe(
      "of 9 with known progress: 1 had as much when first met, 8 never crossed 98 %, 4 of these met once only",
    );
  });
});

test("a torrent of another capture leads to the list", async () => {
  page = await pageOf({
    digest: { torrents: [torrentRow()], torrent_count: 1 },
    tables: { torrent_list: [listedTorrent(), listedTorrent({ info_hash: "ab".repeat(20) })] },
    selection: { view: "torrents", torrent: "cd".repeat(20) },
  });
  expect(textOf(page.root.querySelector("h1"))).toBe("Torrents");
});
