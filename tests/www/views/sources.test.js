/**
 * The view of where peers come from on rows written by hand.
 *
 * @import { SourceRequest, SourceRow } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { digestOf, START } from "../support/digests";
import { barsOf } from "../../../www/views/sources_picture";
import { pageOf, rowsOf, textOf } from "../support/page";

/** @type {SourceRow} */
const TRACKER = {
  info_hash: null,
  source: "tracker",
  messages: 2,
  received: 100,
  unique: 60,
  first: 50,
  elsewhere: 10,
  repeated_in_message: 0,
  repeated_later: 40,
  tried: 30,
  answered: 20,
  failed: 10,
  refused: 3,
  failed_first: 12,
  failed_later: 1,
  handshakes: 15,
  useful: 9,
  met_otherwise: 2,
};
/** @type {SourceRow} */
const INCOMING = {
  ...TRACKER,
  source: "incoming",
  received: 7,
  unique: 5,
  first: 5,
  handshakes: 5,
  useful: 4,
  tried: null,
  answered: null,
  failed: null,
  refused: null,
  failed_first: null,
  failed_later: null,
  met_otherwise: null,
};
/** @type {SourceRequest} */
const ANNOUNCE = {
  source: "tracker",
  info_hash: "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630",
  client: "10.0.0.1:5000",
  asked: "10.0.0.9:6969",
  frame: 12,
  time: START,
  duration: 0.25,
  messages: 1,
  answers: 1,
  received: 50,
  new: 40,
  duplicate: 10,
};
const SOURCES = {
  addresses: 50,
  tried: 30,
  untouched: 20,
  answered: 20,
  failed: 10,
  useful: 9,
  requests: 1,
  sources: [TRACKER, INCOMING],
  hours: [{ time: START - (START % 3600), source: /** @type {const} */ ("tracker"), new: 50, duplicate: 50 }],
  gaps: {
    openings: 4,
    gaps: 200,
    shares: [{ below: 6, count: 190, share: 0.95, longest: 3, longest_share: 0.75 }],
    mean_longest: 2,
    mean_duration: 5,
  },
  statistics: [],
};

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

describe("the view of sources", () => {
  test("says what came of the addresses, and draws each part in words", async () => {
    const tables = { sources: [TRACKER, INCOMING], source_requests: [ANNOUNCE] };
    page = await pageOf({ digest: { sources: SOURCES }, tables, selection: { view: "sources" } });
    expect(textOf(page.root.querySelector(".view-title p"))).toBe(
      "50 distinct addresses of peers were named: 30 tried, 20 answered, 9 exchanged blocks in clear.",
    );
    const heads = [...page.root.querySelectorAll(".picture h2")].map(textOf);
    expect(heads[0]).toContain("Trackers named 50 of 50 addresses first");
    expect(heads[1]).toContain("50 % of what was received was new");
    expect(heads.at(-2)).toContain("95.0 % of the silences between a peer’s messages were shorter than 6 s");
    const words = [...page.root.querySelectorAll(".bars text.axis")].map(textOf);
    expect(words.slice(0, 5)).toEqual([
      "100 received",
      "60 unique",
      "30 tried",
      "20 answered, 15 in clear",
      "9 exchanged blocks",
    ]);
    expect(rowsOf(page.root, "Requests for peers")[0].join(" ")).toContain("10.0.0.9:6969");
  });

  test("says that there is nothing", async () => {
    page = await pageOf({ digest: digestOf({}), selection: { view: "sources" } });
    expect(textOf(page.root)).toContain("how much of what was listed was new, and what came of it.");
    expect(page.root.querySelector(".bars")).toBeNull();
  });
});

test("peers that came by themselves were not tried", () => {
  page = /** @type {any} */ ({ close() {} });
  expect(barsOf(INCOMING).map(({ words }) => words)).toEqual([
    "7 received",
    "5 unique",
    "5 sent a handshake",
    "4 exchanged blocks",
  ]);
});
