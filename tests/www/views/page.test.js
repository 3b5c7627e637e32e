/**
 * The page around the views: what stands when, the keys, notices, findings, and text that would like to be markup.
 */
import { afterEach, describe, expect, test } from "vitest";
import { bootstrapNode, request, START, torrentRow, trafficOf } from "../support/digests";
import { pageOf, settled, textOf } from "../support/page";

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

/** @param {string} key */
async function press(key) {
  window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  await settled();
}

describe("while a capture is read", () => {
  test("the bar tells how far, and the views already stand", async () => {
    page = await pageOf({
      digest: { init: { bootstrap: [bootstrapNode({ requests: [request()] })], port_mappings: [] } },
      reading: true,
      selection: { view: "init" },
    });
    expect(textOf(page.root.querySelector(".reading"))).toBe("Reading 1.0 of 2.0 KiB");
    expect(page.root.querySelector("progress")?.value).toBe(1024);
    expect(page.root.querySelector(".search")).toBeNull();
    expect(textOf(page.root.querySelector(".view-title p"))).toMatch(/so far\.$/);
    expect(textOf(page.root.querySelector(".coverage h2"))).toBe("Coverage so far");
  });
});

describe("the timeline above a view", () => {
  const traffic = trafficOf({
    first_time: START,
    down: [2 ** 20, 0, 3 * 2 ** 20],
    up: [0, 2 ** 20, 0],
    down_encrypted: [0, 0, 2 ** 20],
    up_encrypted: [0, 0, 0],
    others: [0, 0, 0],
  });

  test("says how much came and went, on every view that has none of its own", async () => {
    page = await pageOf({ digest: { traffic }, selection: { view: "findings" } });
    const strip = page.root.querySelector(".timeline-strip");
    expect(textOf(strip)).toMatch(/DownUppeak 3\.00 MiB\/s$/);
    expect(strip?.querySelectorAll(".fill-download, .fill-upload")).toHaveLength(2);
    for (const view of /** @type {const} */ (["hosts", "overview"])) {
      page.app.select({ view });
      await settled();
      expect(page.root.querySelector(".timeline-strip")).toBeNull();
    }
  });

  test("is not there where no bytes went", async () => {
    page = await pageOf({
      digest: { traffic: { ...traffic, down: [0, 0, 0], up: [0, 0, 0], down_encrypted: [0, 0, 0] } },
    });
    page.app.select({ view: "findings" });
    await settled();
    expect(page.root.querySelector(".timeline-strip")).toBeNull();
  });
});

describe("the rail", () => {
  test("counts what each view holds, and marks the one in sight", async () => {
    const digest = {
      peers: { nodes: 1_000_000, queries: 0, responses: 0 },
      torrents: [torrentRow()],
      torrent_count: 1,
      known_torrent_count: 2,
    };
    page = await pageOf({ digest, selection: { view: "download" } });
    const entries = [...page.root.querySelectorAll(".rail a")].map((link) => [
      textOf(link),
      link.getAttribute("aria-current"),
    ]);
    expect([...page.root.querySelectorAll(".rail nav h2")].map(textOf)).toEqual(["Answers", "Study", "Bench"]);
    expect(entries).toEqual([
      ["Overview", null],
      ["Init0", null],
      ["Peers (DHT)1.0 M", null],
      ["Download1", "page"],
      ["Torrents2", null],
      ["Sources0", null],
      ["Hosts0", null],
      ["Geography", null],
      ["Trackers0", null],
      ["DHT0", null],
      ["Connections0", null],
      ["Encrypted flows0", null],
      ["Events", null],
      ["Findings0", null],
      ["Watch list", null],
    ]);
  });

  test("shows coverage that adds up", async () => {
    page = await pageOf({
      digest: { coverage: { decoded: 905, encrypted: 89, lost: 4, truncated: 2, resynchronised: 0 } },
    });
    expect(textOf(page.root.querySelector(".coverage dl"))).toBe("read90.5 %encrypted8.9 %not in the capture0.6 %");
  });
});

describe("keys", () => {
  test("figures are the views, o is the overview, ? lists the keys, / goes to the search", async () => {
    page = await pageOf({});
    await press("3");
    expect(textOf(page.root.querySelector("h1"))).toBe("Download");
    await press("o");
    expect(textOf(page.root.querySelector("h1"))).toMatch(/^No BitTorrent seen here/);
    await press("/");
    expect(document.activeElement).toBe(page.root.querySelector("input[type=search]"));
    await press("?");
    expect(page.root.querySelector("dialog")?.open).toBe(true);
  });

  test("t changes the theme, and a letter that is typed does not", async () => {
    page = await pageOf({});
    const before = document.documentElement.dataset.theme;
    page.root.querySelector("input")?.dispatchEvent(new KeyboardEvent("keydown", { key: "t", bubbles: true }));
    expect(document.documentElement.dataset.theme).toBe(before);
    await press("t");
    expect(document.documentElement.dataset.theme).not.toBe(before);
  });
});

describe("findings", () => {
  const finding = {
    code: "file_cut",
    severity: /** @type {const} */ ("problem"),
    text: "The file ends inside a record. Everything before it is here.",
    count: 1,
    frames: [45425],
  };

  test("have their weight in words and shape, and their frames", async () => {
    const many = {
      ...finding,
      code: "segment_lost",
      severity: /** @type {const} */ ("warning"),
      text: "Bytes are missing.",
      count: 40,
      frames: [1, 2, 3, 4, 5, 6, 7, 8],
    };
    page = await pageOf({ digest: { findings: [many, finding] }, selection: { view: "findings" } });
    const rows = [...page.root.querySelectorAll(".findings li")].map((row) => [...row.children].map(textOf));
    expect(rows).toEqual([
      [" Problem", "The file ends inside a record. Everything before it is here.", "frame 45 425"],
      [" Warning", "Bytes are missing. 40 times", "frames 1, 2, 3, 4, 5, 6 and 2 more"],
    ]);
    expect(page.root.querySelectorAll(".findings svg")).toHaveLength(2);
  });

  test("are filtered like everything else", async () => {
    page = await pageOf({ digest: { findings: [finding] }, selection: { view: "findings", filter: "zzz" } });
    expect(textOf(page.root.querySelector(".table-nothing"))).toBe("No finding fits zzz. 1 without it.");
  });
});

test("text of a capture is text, wherever it stands", async () => {
  const hostile = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>';
  const bootstrap = [
    bootstrapNode({ name: hostile, requests: [request({ transaction_id: hostile, query: hostile })] }),
  ];
  const torrents = [torrentRow({ name: hostile })];
  const findings = [{ code: "x", severity: /** @type {const} */ ("note"), text: hostile, count: 1, frames: [] }];
  const row = {
    name: hostile,
    address: "1.1.1.1",
    port: 1,
    dns_frame: 1,
    requests: 1,
    transaction_ids: [hostile],
    query: hostile,
    request_frame: 1,
    nodes: 1,
    delay: 1,
    answer_frame: 1,
  };
  page = await pageOf({
    digest: { init: { bootstrap, port_mappings: [] }, torrents, torrent_count: 1, findings },
    tables: { bootstrap: [row], torrents },
  });
  for (const view of /** @type {const} */ (["init", "download", "findings"])) {
    page.app.show(view);
    await settled();
    expect(textOf(page.root.querySelector("main"))).toContain(hostile);
    expect(page.root.querySelector("img, script")).toBeNull();
  }
});
