/**
 * The view of encrypted connections on rows written by hand.
 *
 * @import { EncryptedFlow } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { START } from "../support/digests";
import { laneOf } from "../../../www/views/encrypted_picture";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

const REASONS = [
  "It begins with a key exchange of MSE's shape.",
  "82.12.211.138:25401 was listed by a tracker before (frame 40).",
];

/** @type {EncryptedFlow} */
const NAMED = {
  originator: "192.168.1.10:40000",
  responder: "82.12.211.138:25401",
  transport: "tcp",
  stage: "handshake",
  confidence: 0.999,
  reasons: REASONS,
  info_hash: "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630",
  source: "tracker",
  named_frame: 40,
  delay: 0.3,
  sent: 2 ** 20,
  received: 3 * 2 ** 20,
  lost: 0,
  first_frame: 60,
  last_frame: 900,
  first_time: START + 1,
  last_time: START + 9,
};

/** @type {EncryptedFlow} */
const UNNAMED = {
  ...NAMED,
  stage: "midstream",
  confidence: 0.667,
  info_hash: null,
  source: null,
  named_frame: null,
  delay: null,
};

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

/** @param {EncryptedFlow[]} flows */
async function open(flows) {
  const digest = { encrypted_flow_count: flows.length };
  page = await pageOf({ digest, tables: { encrypted_flows: flows }, selection: { view: "encrypted" } });
}

describe("encrypted connections", () => {
  test("are told as a judgement", async () => {
    await open([NAMED, UNNAMED]);
    expect(textOf(page.root.querySelector(".view-title p"))).toBe(
      "2 connections look like encrypted BitTorrent. What went over them cannot be read: each row is a judgement, and its detail has the reasons.",
    );
  });

  test("are never certain, and have no torrent where nothing names one", async () => {
    await open([NAMED, UNNAMED]);
    expect(rowsOf(page.root, "Connections that look like encrypted BitTorrent").map((cells) => cells.slice(2))).toEqual(
      [
        ["TCP", "99", "0738eaa8…2630", "tracker’s answer", "1.00", "3.00", "60"],
        ["TCP", "67", "–", "–", "1.00", "3.00", "60"],
      ],
    );
  });

  test("have all their reasons in the detail", async () => {
    await open([NAMED]);
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    expect([...page.root.querySelectorAll(".reasons li")].map(textOf)).toEqual(REASONS);
    expect(textOf(page.root.querySelector(".detail"))).toContain("Seen of itthe key exchange and what follows it");
  });

  test("say what none of them means", async () => {
    await open([]);
    expect(textOf(page.root.querySelector(".table-nothing"))).toMatch(
      /^No connection looks like encrypted BitTorrent\./,
    );
  });
});

describe("the picture of encrypted connections", () => {
  test("has a bar as high as the confidence, and a sign where an end was named", () => {
    const { label, marks } = laneOf(NAMED);
    expect(label).toBe("192.168.1.10 → 82.12.211.138:25401");
    expect(marks).toMatchObject([
      { at: START + 1, until: START + 9, share: 0.999, hatched: true, told: `99 %: ${REASONS[0]}` },
      { at: START + 0.7, sign: "diamond", hue: "tracker", told: "named by tracker’s answer" },
    ]);
    expect(laneOf(UNNAMED).marks).toHaveLength(1);
  });

  test("says how many have a torrent", async () => {
    await open([NAMED, { ...UNNAMED, first_frame: 70 }]);
    expect(textOf(page.root.querySelector(".picture h2"))).toMatch(/^1 of 2 connections has a torrent/);
    expect(page.root.querySelectorAll(".lane-bar")).toHaveLength(2);
  });
});
