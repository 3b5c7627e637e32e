/**
 * The DHT view on lookups written by hand.
 *
 * @import { Dht, LookupRow } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { digestOf, START } from "../support/digests";
import { sharesOf, walksOf } from "../../../www/views/dht_picture";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

const TARGET = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";

/**
 * A lookup of two steps that took two and a half seconds.
 * @param {Partial<LookupRow>} [known]
 * @returns {LookupRow}
 */
function lookup(known) {
  return {
    asker: "192.168.1.10:6881",
    query: "get_peers",
    target: TARGET,
    targets: 1,
    queries: 12,
    answers: 9,
    peers: 4,
    closest_bits: 9,
    duration: 2.5,
    approach: [
      { node: "10.0.0.4:6881", shared_bits: 3, frame: 27, time: START + 0.05 },
      { node: "10.0.0.9:6881", shared_bits: 9, frame: 31, time: START + 0.1 },
    ],
    first_frame: 26,
    first_time: START,
    last_time: START + 2.5,
    ...known,
  };
}

const LOOKUPS = [
  lookup(),
  lookup({ first_frame: 90, queries: 2, answers: 0, targets: 2, closest_bits: null, approach: [] }),
];

/** @type {Dht} */
const WORKED = {
  ...digestOf({}).dht,
  queries: [
    { name: "find_node", count: 20 },
    { name: "get_peers", count: 60 },
  ],
  answered: 60,
  unanswered: 20,
  median_delay: 0.045,
  ninth_decile_delay: 0.21,
  public_nodes: 40,
  fitting_nodes: 30,
  clients: [{ client: "LT 2.1", nodes: 12 }],
};

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

/** @param {Partial<Dht>} [known] */
async function open(known, lookups = LOOKUPS) {
  const digest = {
    dht: { ...WORKED, ...known },
    lookup_count: lookups.length,
    peers: { nodes: 9, queries: 80, responses: 60 },
  };
  page = await pageOf({ digest, tables: { lookups }, selection: { view: "dht" } });
}

const said = () => textOf(page.root.querySelector(".view-title p"));
const rows = () => rowsOf(page.root, "DHT lookups").map((cells) => cells.slice(1));

describe("the DHT", () => {
  test("is told by the share of its queries that were answered, and how fast", async () => {
    await open();
    expect(said()).toBe(
      "75.0 % of 80 queries were answered, half of them within 45.0 ms and nine of ten within 210.0 ms.",
    );
    expect(textOf(page.root.querySelector(".fact-line"))).toContain("Queriesget_peers 60, find_node 20");
    expect(textOf(page.root.querySelector(".fact-line"))).toContain("75.0 % of 40 nodes");
  });

  test("has no delay without answers, and no share without nodes", async () => {
    await open({
      answered: 0,
      unanswered: 80,
      median_delay: null,
      ninth_decile_delay: null,
      public_nodes: 0,
      fitting_nodes: 0,
    });
    expect(said()).toBe("0.0 % of 80 queries were answered.");
    expect(textOf(page.root.querySelector(".fact-line"))).toMatch(/\(BEP 42\)–$/);
  });

  test("has a row a lookup; that nobody answered is not a closeness of 0", async () => {
    await open();
    expect(rows()).toEqual([
      ["192.168.1.10:6881", "get_peers", "0738eaa8…2630", "12", "9", "4", "9", "2 500.0"],
      ["192.168.1.10:6881", "get_peers", "0738eaa8…2630 …", "2", "0", "4", "–", "2 500.0"],
    ]);
  });

  test("tells in the detail which answers came closer", async () => {
    await open();
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    const steps = [...page.root.querySelectorAll(".detail .requests li")].map((step) => [...step.children].map(textOf));
    expect(steps).toEqual([
      ["10.0.0.4:6881", "3 bits shared", "frame 27", "after 50.0 ms"],
      ["10.0.0.9:6881", "9 bits shared", "frame 31", "after 100.0 ms"],
    ]);
    expect(textOf(page.root.querySelector(".detail"))).toContain(TARGET);
  });

  test("says what it means that there is no lookup", async () => {
    await open({}, []);
    expect(textOf(page.root.querySelector(".table-nothing"))).toMatch(/^No lookup: .* 80 queries/);
  });
});

describe("the pictures of the DHT", () => {
  test("share the queries out by how soon they were answered", () => {
    expect(sharesOf(WORKED).map(({ words, count }) => [words, count])).toEqual([
      ["within 45.0 ms", 30],
      ["after that, within 210.0 ms", 24],
      ["later", 6],
      ["without an answer in the capture", 20],
    ]);
  });

  test("make no shares of a few answers", () => {
    expect(sharesOf({ ...WORKED, answered: 3 }).map(({ words }) => words)).toEqual([
      "answered",
      "without an answer in the capture",
    ]);
  });

  test("show a lookup as a walk in the time since it began", () => {
    const { walks, axis } = walksOf([LOOKUPS[0]]);
    expect(axis.unit).toBe("ms");
    expect(walks[0].steps.map(({ x, y }) => [Math.round(x), y])).toEqual([
      [50, 3],
      [100, 9],
    ]);
  });

  test("say how close the closest lookup came", async () => {
    await open();
    const [title] = [...page.root.querySelectorAll(".picture h2")].map(textOf);
    expect(title).toMatch(/^The lookup came to share 9 bits with its target/);
    expect(page.root.querySelectorAll(".walk path")).toHaveLength(2);
  });
});
