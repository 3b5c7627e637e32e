/**
 * The view of the geography on sums written by hand.
 *
 * @import { Geography, Group, PlacedAddress } from "../../../www/engine/types"
 */
import { statSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { finding, orderTold } from "../../../www/views/geography_findings";
import { placedOn } from "../../../www/components/world_map";
import { POINT_OF } from "../../../www/components/world_points";
import { worldOf } from "../../../www/components/world_shapes";
import { COUNTRIES } from "../../../www/state/places";
import { countryName } from "../../../www/views/geography_columns";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

/**
 * @param {Partial<Group>} known
 * @returns {Group}
 */
function group(known) {
  return {
    key: null,
    name: null,
    addresses: 1,
    peers: 1,
    listed: 0,
    nodes: 0,
    confirmed: 0,
    downloaded: 0,
    uploaded: 0,
    encrypted: 0,
    max_speed: null,
    ...known,
  };
}

const MEBI = 1024 ** 2;
const COUNTRY_GROUPS = [
  group({ key: "US", peers: 3, uploaded: 2 * MEBI, max_speed: 102_400 }),
  group({ key: "SE", peers: 2, uploaded: 6 * MEBI, nodes: 4 }),
  group({ peers: 1, nodes: 1 }),
];
const NETWORK_GROUPS = [group({ key: "AS64500", name: "Example", peers: 5 }), group({})];
/** @type {PlacedAddress} */
const ADDRESS = {
  address: "31.208.254.252",
  country: "SE",
  city: null,
  latitude: null,
  longitude: null,
  network: "example.net",
  organisation: null,
  host_name: "host-9.example.net",
  host_name_source: "pointer",
  client: "Transmission 3.00",
  peers: 1,
  confirmed: 1,
  downloaded: MEBI,
  uploaded: 0,
  encrypted: 0,
  max_speed: null,
};
/** @type {Geography} */
const GEOGRAPHY = {
  databases: [],
  unreadable: 0,
  address_count: 6,
  private_peers: 2,
  countries: COUNTRY_GROUPS,
  networks: NETWORK_GROUPS,
  clients: [group({ key: "libtorrent", peers: 6 })],
  addresses: [],
};
const TABLES = {
  countries: COUNTRY_GROUPS,
  networks: NETWORK_GROUPS,
  clients: GEOGRAPHY.clients,
  places: [ADDRESS],
};

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page?.close());

async function loaded(selection = {}) {
  page = await pageOf({ tables: TABLES, geography: GEOGRAPHY, selection: { view: "geography", ...selection } });
  page.app.places.load();
  await settled();
  return page.root;
}

describe("countries", () => {
  test("are offered with their day and size, and come when they are asked for", async () => {
    page = await pageOf({ tables: TABLES, geography: GEOGRAPHY, selection: { view: "geography" } });
    const offer = () => page.root.querySelector(".offer");
    expect(textOf(offer())).toContain("database of 17 June 2026). Load 4.9 MiB?");
    page.root.querySelector(".offer button")?.dispatchEvent(new MouseEvent("click"));
    await settled();
    expect(offer()).toBeNull();
    expect(textOf(page.root.querySelector(".view-title p"))).toBe(
      "Peers at 6 public addresses in 2 countries; 1 address in no country that is known; 2 peers at addresses of local networks are left out.",
    );
    expect(textOf(page.root.querySelector(".sources"))).toContain("country.mmdb (country, built 2026-06-17)");
  });

  test("are what the page says that they are", () => {
    expect(statSync("data/country.mmdb").size).toBe(COUNTRIES.bytes);
  });

  test("stand in the table with the numbers of the pictures", async () => {
    const root = await loaded();
    expect(rowsOf(root, "Countries").map((row) => row.slice(0, 3))).toEqual([
      ["United States", "1", "3"],
      ["Sweden", "1", "2"],
      ["no country known", "1", "1"],
    ]);
    expect([...root.querySelectorAll(".bars .bar-name")].map((name) => name.firstChild?.textContent)).toEqual([
      "United States",
      "Sweden",
      "no country known",
    ]);
  });

  test("have names, also those that no list has", () => {
    expect(["DE", "XK", "ZZ", "??"].map(countryName)).toEqual(["Germany", "Kosovo", "Unknown Region", "??"]);
  });
});

describe("what is to be seen", () => {
  test.each(
    /** @type {const} */ ([
      ["peers", "Peers in 2 countries, most in the United States (3 of 6)"],
      ["bytes", "Blocks from and to peers in 2 countries, most in Sweden (75 %)"],
      ["nodes", "DHT nodes in 1 country, most in Sweden (4 of 5)"],
      ["confirmed", "No country of these confirmed downloads is known"],
      ["speed", "Fastest were the peers in the United States"],
    ]),
  )("by %s", (measure, words) => {
    expect(finding(COUNTRY_GROUPS, "countries", measure)).toBe(words);
  });

  test("in order", () => {
    expect(orderTold(COUNTRY_GROUPS, "bytes")).toBe("Sweden, United States and no country known stand first");
    expect(orderTold([COUNTRY_GROUPS[1]], "peers")).toBe("Sweden stands alone");
  });

  test("of networks and addresses", async () => {
    const root = await loaded({ by: "networks" });
    expect(textOf(root.querySelector(".picture h2"))).toContain("Peers in 1 network, most in AS64500 Example (5 of 6)");
    page.app.select({ by: "places" });
    await settled();
    expect(rowsOf(root, "Addresses")[0].slice(0, 2)).toEqual(["31.208.254.252", "Sweden"]);
  });
});

describe("a database of one's own", () => {
  test("is told of when it is dropped, with a capture or alone", async () => {
    page = await pageOf({ tables: TABLES, geography: GEOGRAPHY });
    page.app.take([new File(["d"], "City.MMDB")]);
    await settled();
    expect(page.app.reading.notice.value).toBe("City.MMDB (country) is looked into for the view Geography.");
    page.app.take([new File([], "empty.mmdb")]);
    await settled();
    expect(page.app.reading.notice.value).toMatch(/^empty.mmdb is not a database of addresses. /);
    expect(page.app.places.databases.value.map(({ name }) => name)).toEqual(["City.MMDB"]);
    page.app.select({ view: "geography" });
    await settled();
    expect(page.root.querySelector(".offer")).not.toBeNull();
    await page.app.places.load();
    await settled();
    expect(page.root.querySelector(".offer")).toBeNull();
    expect(page.app.places.databases.value.map(({ name }) => name)).toEqual(["country.mmdb", "City.MMDB"]);
  });
});

describe("the map", () => {
  test("has a point for every country of the world", () => {
    expect(POINT_OF.size).toBeGreaterThan(245);
    const world = worldOf(960);
    for (const country of POINT_OF.keys()) {
      const [x, y] = world.pointOf(country) ?? [NaN, NaN];
      expect(x >= 0 && x <= 960 && y > -20, country).toBe(true);
    }
    expect(world.pointOf("??")).toBeNull();
    expect(world.height).toBeGreaterThan(300);
  });

  test("draws areas as large as amounts, and names that do not lie upon each other", () => {
    const mark = (/** @type {string} */ country, /** @type {number} */ amount) => ({
      key: country,
      country,
      name: countryName(country),
      amount,
      note: String(amount),
    });
    const placed = placedOn(worldOf(960), [mark("SE", 1), mark("US", 4), mark("NO", 0), mark("DK", 1)], 960);
    expect(placed.map(({ key }) => key)).toEqual(["US", "SE", "DK"]);
    expect(placed[0].radius).toBeCloseTo(2 * placed[1].radius);
    expect(placed.filter(({ words }) => words !== null).length).toBeGreaterThan(0);
  });
});
