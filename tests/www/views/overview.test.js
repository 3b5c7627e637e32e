/**
 * The overview: what its sentences say of captures of every kind, where their links lead, and what stands below.
 *
 * @import { Digest, Overview } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { plain, shareTold } from "../../../www/views/overview_parts";
import { answers } from "../../../www/views/overview_sentences";
import { othersTold } from "../../../www/views/overview_hosts";
import { digestOf, overviewOf, START, trafficOf } from "../support/digests";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

const HASH = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";
const BUSIEST = { address: "192.168.1.10", client: "libtorrent 2.1.1", bytes: 63, share: 0.63 };

/** An office: five of its fourteen hosts exchange data. */
const OFFICE = /** @type {const} */ ({
  who: { local: 14, showing: 6, exchanged: 5, dht_only: 1, busiest: BUSIEST },
  what: {
    torrents: 5,
    named: 3,
    top: ["a.bin", "b.bin", "c.bin"].map((name) => ({ info_hash: HASH, name, bytes: 1 })),
  },
  with_whom: { peers: 61, local_peers: 5, encrypted_addresses: 4 },
  hidden: { flows: 12, attributed: 9, encrypted: 89, missing: 6, total: 1000 },
});

/** Its traffic: a bin a second, the most in the third. */
const TRAFFIC = trafficOf({
  bin_seconds: 1,
  first_time: START,
  down: [2 ** 20, 0, 3 * 2 ** 20, ...new Array(21).fill(0), 2 ** 20],
  up: new Array(25).fill(2 ** 20),
  down_encrypted: new Array(25).fill(0),
  up_encrypted: new Array(25).fill(0),
  others: new Array(25).fill(0),
  trackers: new Array(25).fill(0),
  lost: new Array(25).fill(0),
  dht: new Array(25).fill(100),
  totals: totalsOf({ down: 5 * 2 ** 20, up: 25 * 2 ** 20, everything: 40 * 2 ** 20 }),
});

/** Addresses of which most were never contacted. */
const SOURCES = { ...digestOf({}).sources, addresses: 2000, tried: 90, untouched: 1906 };

/**
 * The answers as text, by their question.
 * @param {Parameters<typeof overviewOf>[0]} known
 * @param {Partial<Digest>} [facts]
 * @param {Parameters<typeof answers>[1]} [how]
 */
function told(known, facts = {}, how = {}) {
  const digest = digestOf({ overview: overviewOf(known), ...facts });
  const text = (/** @type {import("../../../www/views/overview_parts").SentencePart[]} */ parts) =>
    plain(parts).replaceAll("\u202f", " ");
  return Object.fromEntries(answers(digest, how).map(({ question, parts }) => [question, text(parts)]));
}

/** @param {Partial<Overview["who"]>} who */
const who = (who) => told({ who }).Who;

describe("a capture of an office", () => {
  test("is told in six sentences", () => {
    expect(told(OFFICE, { traffic: TRAFFIC, sources: SOURCES }, { countries: 19 })).toEqual({
      Who: "Five of 14 local hosts exchanged data; 192.168.1.10 (libtorrent 2.1.1) moved 63 % of it. One more only used the DHT.",
      What: "a.bin, b.bin and c.bin; two more torrents are known by hash only.",
      "How much": "5.0 MiB down and 25.0 MiB up: 75 % of everything that was on the wire.",
      When: "From the start to the end, 25.0 s; busiest at 12:45:01 with 3.0 MiB/s down.".replace(
        "12:45:01",
        clockOf(START + 2),
      ),
      "With whom":
        "61 peers in 19 countries; 1 906 more addresses were named by trackers, DHT nodes or peers and never contacted.",
      Hidden:
        "8.9 % was encrypted, in twelve flows of which nine probably belong to a known torrent. 0.6 % is missing from the capture.",
    });
  });

  test("is told in fewer words where there is little room", () => {
    expect(told(OFFICE, { traffic: TRAFFIC, sources: SOURCES }, { brief: true })).toEqual({
      Who: "Five of 14 local hosts exchanged data; 192.168.1.10 moved 63 % of it.",
      What: "a.bin, b.bin and three more.",
      "How much": "5.0 MiB down, 25.0 MiB up.",
      When: `All through; busiest at ${clockOf(START + 2)}.`,
      "With whom": "61 peers.",
      Hidden: "8.9 % encrypted, 0.6 % missing.",
    });
  });
});

describe("who", () => {
  test("is one host, two, or all of them", () => {
    const one = { showing: 1, exchanged: 1, busiest: BUSIEST };
    expect(who({ ...one, local: 1 })).toBe("192.168.1.10 (libtorrent 2.1.1), the only local host, exchanged data.");
    expect(who({ ...one, local: 9 })).toBe("One of nine local hosts exchanged data: 192.168.1.10 (libtorrent 2.1.1).");
    expect(who({ ...one, local: 2, showing: 2, exchanged: 2 })).toMatch(/^Both local hosts exchanged data; /);
    expect(who({ ...one, local: 3, showing: 3, exchanged: 3 })).toMatch(/^All three local hosts exchanged data; /);
  });

  test("may have done less than exchange data", () => {
    const two = { local: 9, showing: 2, busiest: { ...BUSIEST, client: null, share: 0 } };
    expect(who({ ...two, dht_only: 2 })).toBe("Two of nine local hosts used the DHT; none exchanged data.");
    expect(who({ ...two, contacted_only: 1, announced_only: 1 })).toBe(
      "One of nine local hosts sent a handshake: 192.168.1.10; none exchanged data. One more only announced itself.",
    );
    expect(who({ ...two, local: 1, showing: 1, announced_only: 1 })).toBe(
      "192.168.1.10, the only local host, announced itself; none exchanged data.",
    );
  });

  test("is nobody", () => {
    expect(who({ local: 0 })).toBe("No host here is known to be local, and none shows BitTorrent.");
    expect(who({ local: 1 })).toBe("The only local host shows no BitTorrent.");
    expect(who({ local: 14 })).toBe("None of 14 local hosts shows BitTorrent.");
    expect(Object.keys(told({ who: { local: 14 } }))).toEqual(["Who", "Hidden"]);
  });

  test("is elsewhere, where no local host shows anything", () => {
    const away = { of_local: false, showing: 13, exchanged: 13, busiest: BUSIEST };
    expect(who({ ...away, local: 0 })).toBe(
      "No host here is known to be local. 13 hosts elsewhere exchanged data, 192.168.1.10 (libtorrent 2.1.1) moved the most.",
    );
    expect(who({ ...away, local: 1 })).toMatch(/^The only local host shows no BitTorrent\. 13 hosts elsewhere /);
    expect(who({ ...away, local: 2 })).toMatch(/^None of two local hosts shows BitTorrent\. 13 /);
    expect(who({ ...away, local: 0, showing: 1, exchanged: 0, dht_only: 1 })).toBe(
      "No host here is known to be local. One host elsewhere used the DHT: 192.168.1.10 (libtorrent 2.1.1); none exchanged data.",
    );
  });
});

describe("what", () => {
  /** @param {Partial<Overview["what"]>} what @param {Parameters<typeof overviewOf>[0]} [more] */
  const what = (what, more) => told({ who: { showing: 1, exchanged: 1 }, what, ...more }).What;
  const nameless = { info_hash: HASH, name: null, bytes: 1 };

  test("has names, or hashes, or neither", () => {
    const named = { info_hash: HASH, name: "a", bytes: 1 };
    expect(what({ torrents: 1, named: 1, top: [named] })).toBe("a.");
    expect(what({ torrents: 2, named: 1, top: [named, nameless] })).toBe("a; one more torrent is known by hash only.");
    expect(what({ torrents: 6, named: 5, top: [named, named, named] })).toBe(
      "a, a, a and two more by name; one more torrent is known by hash only.",
    );
    expect(what({ torrents: 1, top: [nameless] })).toBe("0738eaa8…2630, known by hash only.");
    expect(what({ torrents: 4, top: [nameless] })).toBe("Four torrents, known by hash only.");
    expect(what({ unknown_bytes: 2 ** 20 })).toBe("1.0 MiB of pieces of torrents that nothing in the capture names.");
    expect(what({ torrents: 1, top: [nameless], unknown_bytes: 2048 })).toMatch(/ 2 KiB of pieces are of yet another/);
    expect(what({}, { hidden: { flows: 2 } })).toBe("Not known: what was exchanged is encrypted.");
    expect(what({})).toBe("Nothing in the capture names a torrent.");
    expect(what({}, { who: { showing: 1, dht_only: 1, exchanged: 0 } })).toBe("No torrent: no data was exchanged.");
  });

  test("is cut where a name is long, and keeps the whole of it", () => {
    const name = "x".repeat(200);
    const [, { parts }] = answers(
      digestOf({
        overview: overviewOf({
          who: { showing: 1, exchanged: 1 },
          what: { torrents: 1, named: 1, top: [{ info_hash: HASH, name, bytes: 1 }] },
        }),
      }),
    );
    expect(plain(parts).length).toBeLessThan(70);
    expect(parts[0]).toMatchObject({ whole: name, to: { view: "torrents", torrent: HASH } });
  });
});

describe("how much, and when", () => {
  const some = { who: { local: 2, showing: 1, exchanged: 1 } };

  test("counts what went between two local hosts once", () => {
    const totals = totalsOf({ down: 30, up: 30, within: 30, everything: 60 });
    expect(told(some, { traffic: { ...TRAFFIC, totals } })["How much"]).toBe(
      "30 B down and 30 B up: 50 % of everything that was on the wire.",
    );
  });

  test("is told of hosts elsewhere too", () => {
    const totals = totalsOf({ others: 30, everything: 40 });
    expect(told(some, { traffic: { ...TRAFFIC, totals } })["How much"]).toBe(
      "30 B between hosts of which none is known to be local: 75 % of everything that was on the wire.",
    );
    expect(told(some, { traffic: { ...TRAFFIC, totals: { ...totals, down: 10, everything: 0 } } })["How much"]).toBe(
      "10 B down and 0 B up, and 30 B between hosts elsewhere.",
    );
  });

  test("is nothing where only the DHT was used", () => {
    const none = new Array(25).fill(0);
    const totals = totalsOf({ everything: 4000 });
    const traffic = { ...TRAFFIC, down: none, up: none, totals };
    const { "How much": much, When: when } = told(some, { traffic });
    expect([much, when]).toEqual(["No data; 2 500 DHT messages.", "At no time."]);
    expect(told(some, { traffic: { ...traffic, dht: [], first_time: null } })["How much"]).toBe(
      "No data was exchanged.",
    );
  });

  test("says from when to when, and takes no burst for the load", () => {
    const bin_seconds = 1 / 4;
    const others = new Array(600).fill(0);
    const down = others
      .with(40, 2 ** 20)
      .with(42, 2 ** 20)
      .with(60, 2 ** 20 + 1);
    const told40 = told(some, { traffic: { ...TRAFFIC, bin_seconds, down, up: others, others } }).When;
    const [from, to] = [clockOf(START + 10), clockOf(START + 15.25)];
    expect(told40).toBe(`From ${from} to ${to}; busiest at ${from} with 2.0 MiB/s down.`);
  });
});

describe("with whom, and what is hidden", () => {
  test("is told where nobody answered in clear", () => {
    const who = { local: 2, showing: 1, exchanged: 1 };
    expect(told({ who, with_whom: { peers: 1 } })["With whom"]).toBe("One peer.");
    expect(told({ who: { ...who, of_local: false }, with_whom: { peers: 13 } })["With whom"]).toBe(
      "13 peers, with one another.",
    );
    expect(told({ who, with_whom: { encrypted_addresses: 5 } })["With whom"]).toBe(
      "Nobody in clear; encrypted flows go to and from five addresses.",
    );
    expect(told({ who, with_whom: { local_peers: 2 } })["With whom"]).toBe("Only with one another.");
    expect(told({ who })["With whom"]).toBe("Nobody answered.");
    const peers = { nodes: 37, queries: 1, responses: 1 };
    expect(told({ who }, { peers })["With whom"]).toBe("No peer answered; 37 DHT nodes did.");
    expect(told({ who }, { sources: { ...SOURCES, untouched: 1 } })["With whom"]).toBe(
      "Nobody answered; 1 more address was named by trackers, DHT nodes or peers and never contacted.",
    );
  });

  test("is told without saying more than is known", () => {
    /** @param {Partial<Overview["hidden"]>} hidden */
    const hidden = (hidden) => told({ hidden }).Hidden;
    expect(hidden({})).toMatch(/^No payload of BitTorrent was recognised\./);
    expect(hidden({ total: 9 })).toBe("Nothing that was recognised is encrypted. Nothing is missing from the capture.");
    expect(hidden({ total: 9000, encrypted: 1 })).toBe(
      "Less than 0.1 % was encrypted. Nothing is missing from the capture.",
    );
    expect(hidden({ total: 9, encrypted: 9, flows: 1, attributed: 1 })).toMatch(
      /^100 % was encrypted, in one flow that probably belongs to a known torrent\./,
    );
    expect(hidden({ total: 9, encrypted: 3, flows: 3, attributed: 3 })).toMatch(/of which all probably belong to/);
    expect(hidden({ total: 9, encrypted: 3, flows: 3, attributed: 1 })).toMatch(/of which one probably belongs to/);
    expect(hidden({ total: 9, encrypted: 3, flows: 3 })).toMatch(/in three flows of which no torrent is known\./);
  });

  test("shares are never nothing or all unless they are", () => {
    expect([0, 0.0001, 0.006, 0.089, 0.63, 0.995, 0.99999, 1].map(shareTold)).toEqual([
      "0 %",
      "less than 0.1 %",
      "0.6 %",
      "8.9 %",
      "63 %",
      "99.5 %",
      "more than 99.9 %",
      "100 %",
    ]);
  });
});

describe("the view", () => {
  /** @type {Awaited<ReturnType<typeof pageOf>>} */
  let page;
  afterEach(() => page.close());

  const host = {
    address: "192.168.1.10",
    local: true,
    bittorrent: true,
    evidence: [
      { kind: "handshake", count: 2, first_frame: 3, first_time: START, last_frame: 3 },
      { kind: "peer_messages", count: 2, first_frame: 4, first_time: START, last_frame: 4 },
    ],
    clients: ["libtorrent 2.1.1"],
    torrents: [HASH],
    sent: 2 ** 20,
    received: 2 ** 21,
    first_frame: 1,
    last_frame: 9,
    first_time: START,
    last_time: START + 1,
    local_reason: "private",
    peers: 41,
    tcp: 2 ** 20,
    utp: 0,
    encrypted: 2 ** 18,
    series: { bin_seconds: 1, first_time: START, sent: [1], received: [2] },
    listen_ports: [6881],
    port_mappings: [],
    trackers: [],
  };

  test("stands first, and its links lead to the views that show what they say", async () => {
    const digest = { overview: overviewOf(OFFICE), traffic: TRAFFIC, sources: SOURCES };
    page = await pageOf({ digest, tables: { overview_hosts: [host] } });
    expect(textOf(page.root.querySelector("h1"))).toBe("What BitTorrent did here in 25.0 s");
    const links = [...page.root.querySelectorAll(".answers a")];
    expect(links.map((a) => a.getAttribute("href"))).toEqual([
      "#hosts",
      "#hosts?filter=192.168.1.10",
      ...new Array(3).fill(`#torrents?torrent=${HASH}`),
      "#torrents",
      "#hosts?hosts=-received",
      "#hosts?hosts=-sent",
      "#torrents",
      "#sources",
      "#encrypted",
      "#encrypted",
      "#findings",
    ]);
    /** @type {HTMLAnchorElement} */ (links[1]).click();
    await settled();
    expect(textOf(page.root.querySelector("h1"))).toBe("Hosts");
    expect(page.app.selection.value.filter).toBe("192.168.1.10");
  });

  test("lists the hosts that are told of, and opens them as hosts", async () => {
    page = await pageOf({ digest: { overview: overviewOf(OFFICE) }, tables: { overview_hosts: [host] } });
    expect(rowsOf(page.root, "Hosts that run BitTorrent")).toEqual([
      [
        ...["192.168.1.10", "libtorrent 2.1.1", "handshake", "1", "41", "2.00", "1.00", "", "25.0", "6881"],
        clockOf(START),
      ],
    ]);
    expect(textOf(page.root.querySelector(".picture h2 small"))).toBe(
      "Local hosts with any sign of BitTorrent. The other eight show none.",
    );
    const [row] = page.root.querySelectorAll(".table-body [role=row]");
    /** @type {HTMLElement} */ (row).click();
    await settled();
    expect(textOf(page.root.querySelector(".detail h2"))).toBe("192.168.1.10");
    expect(row.getAttribute("aria-selected")).toBe("true");
  });

  test("draws the traffic that it tells of", async () => {
    const digest = { overview: overviewOf(OFFICE), traffic: TRAFFIC };
    page = await pageOf({ digest, tables: { overview_hosts: [host] } });
    expect(textOf(page.root.querySelector(".answers"))).toContain("5.0 MiB down and 25.0 MiB up");
    expect(textOf(page.root.querySelector(".timeline"))).toContain("peak 3.00");
    page.close();
    page = await pageOf({ digest: { overview: overviewOf({}) } });
    expect(page.root.querySelector(".timeline")).toBeNull();
  });

  test("tells in how many countries peers are once these are loaded", async () => {
    const group = (/** @type {string | null} */ key, /** @type {number} */ peers) => ({ key, peers });
    const countries = [group("CH", 3), group(null, 2), group("DE", 1), group("FR", 0)];
    const geography = /** @type {any} */ ({ countries });
    page = await pageOf({ digest: { overview: overviewOf(OFFICE) }, tables: { overview_hosts: [host] }, geography });
    expect(textOf(page.root.querySelector(".answers"))).toContain("61 peers.");
    await page.app.places.load();
    await settled();
    expect(textOf(page.root.querySelector(".answers"))).toContain("61 peers in two countries.");
  });

  test("says so where there is no BitTorrent", async () => {
    page = await pageOf({ digest: { overview: overviewOf({ who: { local: 2 } }) } });
    expect(textOf(page.root.querySelector("h1"))).toMatch(/^No BitTorrent seen here/);
    expect(textOf(page.root.querySelector(".answers + .caption"))).toMatch(/^No BitTorrent in this capture\./);
    expect(page.root.querySelector("[role=grid]")).toBeNull();
  });

  test("says that reading goes on", async () => {
    page = await pageOf({ digest: { overview: overviewOf({ who: { local: 2 } }) }, reading: true });
    expect(textOf(page.root.querySelector("h1"))).toBe("What BitTorrent did here in 25.0 s so far");
  });

  test("says of which hosts its table is", () => {
    const of = (/** @type {Partial<Overview["who"]>} */ who) => othersTold(overviewOf({ who }).who);
    expect(of({ local: 2, showing: 2 })).toBe("Local hosts with any sign of BitTorrent.");
    expect(of({ local: 3, showing: 2 })).toMatch(/ The other one shows none\.$/);
    expect(of({ of_local: false, showing: 2 })).toMatch(/None of them is known to be local\.$/);
  });
});

/** @param {number} seconds the time of day in the zone of this machine */
function clockOf(seconds) {
  return new Date(seconds * 1000).toTimeString().slice(0, 8);
}

/** @param {Partial<Digest["traffic"]["totals"]>} known */
function totalsOf(known) {
  return { ...trafficOf({}).totals, ...known };
}
