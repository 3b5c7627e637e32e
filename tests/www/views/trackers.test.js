/**
 * The trackers view on announces written by hand.
 *
 * @import { AnnounceRow } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { START } from "../support/digests";
import { lanesOf } from "../../../www/views/trackers_picture";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

/**
 * An announce that was answered after 2.5 ms.
 * @param {Partial<AnnounceRow>} [known]
 * @returns {AnnounceRow}
 */
function announce(known) {
  return {
    url: "http://tracker.example/announce",
    endpoint: "192.0.2.7:80",
    protocol: "http",
    delay: 0.0025,
    frame: 40,
    time: START + 1,
    client: "192.168.1.10",
    info_hash: "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630",
    event: "started",
    peer_id: "-LT20B0-abcdefghijkl",
    agent: null,
    port: 6881,
    uploaded: 0,
    downloaded: 0,
    left: 3145728,
    num_want: -1,
    sent: 1,
    answer_frame: 41,
    answer_time: START + 1.0025,
    peers: 3,
    seeders: 2,
    leechers: 1,
    completed: null,
    interval: 1800,
    min_interval: null,
    external_address: null,
    error: null,
    retry: null,
    warning: null,
    ...known,
  };
}

const NO_ANSWER = { answer_frame: null, answer_time: null, delay: null, peers: null, seeders: null, leechers: null };
const ANNOUNCES = [
  announce(),
  announce({ ...NO_ANSWER, frame: 50, url: null, protocol: "udp", event: "none", interval: null, sent: 4 }),
  announce({ ...NO_ANSWER, frame: 60, answer_frame: 61, error: "<b>unregistered</b>", interval: null }),
];
const TRACKERS = { trackers: 2, announces: 3, answered: 1, refused: 1, scrapes: 1 };

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

/** @param {Partial<typeof TRACKERS>} [known] */
async function open(known) {
  const trackers = { ...TRACKERS, ...known };
  const tables = { announces: trackers.announces > 0 ? ANNOUNCES : [] };
  page = await pageOf({ digest: { trackers }, tables, selection: { view: "trackers" } });
}

const rows = () => rowsOf(page.root, "Announces to trackers");

describe("the trackers", () => {
  test("are told in a sentence that leaves no announce out", async () => {
    await open();
    expect(textOf(page.root.querySelector(".view-title p"))).toBe(
      "3 announces to 2 trackers, 1 answered, 1 refused, 1 without an answer in the capture. 1 scrape asked for the sizes of swarms.",
    );
  });

  test("have a row an announce: answered, not answered, refused in the tracker’s own words", async () => {
    await open();
    const told = rows().map((cells) => cells.slice(1));
    expect(told).toEqual([
      ["http://tracker.example/announce", "0738eaa8…2630", "started", "answered", "3", "2", "1", "1 800", "2.5"],
      ["udp://192.0.2.7:80", "0738eaa8…2630", "regular", "× no answer", "–", "–", "–", "–", "–"],
      ["http://tracker.example/announce", "0738eaa8…2630", "started", "× <b>unregistered</b>", "–", "–", "–", "–", "–"],
    ]);
    expect(page.root.querySelector("b")).toBeNull();
  });

  test("tell in the detail what the client said of itself, and nothing that it did not", async () => {
    await open();
    /** @type {HTMLElement} */ (page.root.querySelectorAll(".table-body [role=row]")[1]).click();
    await settled();
    const detail = textOf(page.root.querySelector(".detail"));
    expect(textOf(page.root.querySelector(".detail h2"))).toBe("udp://192.0.2.7:80");
    expect(detail).toContain("Says it misses3.0 MiB");
    expect(detail).toContain("Times sent4");
    expect(detail).toContain("Peers wantedas many as the tracker likes");
    expect(detail).not.toContain("Warning");
  });

  test("are filtered", async () => {
    await open();
    page.app.select({ filter: "unregistered" });
    await settled();
    expect(rows()).toHaveLength(1);
  });

  test("say what it means that there are none", async () => {
    await open({ trackers: 1, announces: 0, answered: 0, refused: 0, scrapes: 0 });
    expect(textOf(page.root.querySelector(".table-nothing"))).toContain("1 tracker was asked, and none");
    page.close();
    await open({ trackers: 0, announces: 0, answered: 0, refused: 0, scrapes: 0 });
    expect(textOf(page.root.querySelector(".table-nothing"))).toMatch(/^No BitTorrent in this capture/);
  });

  test("show those over HTTPS with how sure it is and why, and what DNS says", async () => {
    const hidden = {
      certainty: "certain",
      reason: "A .torrent file names <b>t.example</b>.",
      connections: 2,
      sent: 2048,
      received: 4096,
      first_frame: 3,
      first_time: START,
      last_frame: 9,
      last_time: START + 2,
    };
    const https = { url: "https://t.example", endpoint: "192.0.2.7:443", protocol: "https", proxied: false, hidden };
    const nothing = { connect_requests: 0, connect_responses: 0, announces: [], scrapes: [] };
    const record = { record: "txt", frame: 5, time: START };
    const tracker_records = [
      { ...record, name: "a.example", trackers: ["udp:1337", "tcp:443"] },
      { ...record, name: "b.example", trackers: [] },
    ];
    const trackers = { ...TRACKERS, trackers: 0, announces: 0 };
    const digest = { trackers, hidden_trackers: [{ ...https, ...nothing }], tracker_records };
    page = await pageOf({ digest, tables: { announces: [] }, selection: { view: "trackers" } });
    const told = [...page.root.querySelectorAll(".picture .fact-list")].map(textOf);
    expect(told[0]).toContain("https://t.example at 192.0.2.7:443");
    expect(told[0]).toContain(
      "certain: A .torrent file names <b>t.example</b>. 2 connections, 2 KiB to it, 4 KiB from it.",
    );
    expect(told[1]).toContain("a.example (txt)udp:1337, tcp:443");
    expect(told[1]).toContain("b.example (txt)runs none, as it says");
    expect(textOf(page.root.querySelector(".table-nothing"))).toContain("asked over HTTPS");
    expect(page.root.querySelector("b")).toBeNull();
  });
});

describe("the picture of trackers", () => {
  const picture = () => page.root.querySelector(".picture");

  test("has a lane for each tracker, and a sign for what came of each announce", () => {
    const lanes = lanesOf([...ANNOUNCES, announce({ event: "completed", frame: 70, time: START + 5 })], START + 25);
    expect(lanes.map(({ label, note }) => [label, note])).toEqual([
      ["http://tracker.example", "2 of 3 answered"],
      ["udp://192.0.2.7:80", "0 of 1 answered"],
    ]);
    expect(lanes.map(({ marks }) => marks.map(({ sign }) => sign))).toEqual([["dot", "cross", "diamond"], ["ring"]]);
  });

  test("marks when a tracker wants to be asked again, where the capture goes on that long", () => {
    const [{ marks }] = lanesOf(
      [announce({ interval: 10 }), announce({ frame: 60, interval: 10, event: "stopped" })],
      START + 25,
    );
    expect(marks.map(({ sign, at }) => [sign, Math.round(at - START)])).toEqual([
      ["stroke", 11],
      ["dot", 1],
      ["dot", 1],
    ]);
  });

  test("says what failed, and what its signs mean", async () => {
    await open();
    expect(textOf(picture()?.querySelector("h2"))).toBe(
      "2 of 3 announces came to nothing dot answered, × refused, ring no answer in the capture",
    );
    expect(picture()?.querySelector("svg")?.getAttribute("aria-label")).toContain("the table lists every announce");
  });

  test("and the table point at one another", async () => {
    await open();
    const row = page.root.querySelectorAll(".table-body [role=row]")[1];
    row.dispatchEvent(new MouseEvent("mouseenter"));
    await settled();
    expect(picture()?.querySelectorAll(".is-pointed .lane-ring")).toHaveLength(1);
    const area = /** @type {Element} */ (picture()?.querySelector(".pointer-area"));
    area.dispatchEvent(new PointerEvent("pointermove", { clientX: Number(area.getAttribute("x")), clientY: 30 }));
    await settled();
    expect(textOf(page.root.querySelector(".table-row.is-marked"))).toContain("udp://");
    area.dispatchEvent(new MouseEvent("click", { clientY: 30 }));
    await settled();
    expect(textOf(page.root.querySelector(".detail h2"))).toBe("udp://192.0.2.7:80");
  });

  test("is not there without announces", async () => {
    await open({ trackers: 0, announces: 0, answered: 0, refused: 0, scrapes: 0 });
    expect(picture()).toBeNull();
  });
});
