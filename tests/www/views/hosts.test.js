/**
 * The view of hosts on rows written by hand.
 *
 * @import { Host } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { START } from "../support/digests";
import { barsOf } from "../../../www/views/hosts_picture";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

/**
 * A local host that shows nothing of BitTorrent.
 * @param {Partial<Host>} known
 * @returns {Host}
 */
function host(known) {
  return {
    address: "192.168.1.20",
    local: true,
    bittorrent: false,
    evidence: [],
    clients: [],
    torrents: [],
    sent: 0,
    received: 0,
    first_frame: 3,
    last_frame: 900,
    first_time: START,
    last_time: START + 9,
    ...known,
  };
}

const PEER = host({
  address: "192.168.1.10",
  bittorrent: true,
  evidence: [
    { kind: "handshake", count: 3, first_frame: 178, first_time: START + 1 },
    { kind: "dht_query", count: 113, first_frame: 26, first_time: START },
  ],
  clients: ["libtorrent/2.0.11"],
  torrents: ["0738eaa8b499ef7ddf01bfb81aaea7df4ef72630", "1738eaa8b499ef7ddf01bfb81aaea7df4ef72630"],
  sent: 2 ** 20,
});
const REMOTE = host({ ...PEER, address: "82.12.211.138", local: false });

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

/** @param {Host[]} hosts */
async function open(hosts) {
  const digest = { local_host_count: hosts.filter(({ local }) => local).length };
  page = await pageOf({ digest, tables: { hosts }, selection: { view: "hosts" } });
}

const said = () => textOf(page.root.querySelector(".view-title p"));

describe("hosts", () => {
  test("are told by which local ones run BitTorrent", async () => {
    await open([PEER, host({}), REMOTE]);
    expect(said()).toMatch(/^One of two local hosts shows BitTorrent: 192\.168\.1\.10\./);
    page.close();
    await open([host({}), host({ address: "192.168.1.21" })]);
    expect(said()).toBe("None of two local hosts shows BitTorrent.");
    page.close();
    await open([PEER, REMOTE]);
    expect(said()).toBe("The only local host, 192.168.1.10, shows BitTorrent.");
  });

  test("have a row each, with their evidence; what was not seen is not denied", async () => {
    await open([PEER, host({})]);
    expect(rowsOf(page.root, "Hosts")).toEqual([
      [
        "192.168.1.10",
        "local",
        "yes",
        "handshake, DHT queries",
        "libtorrent/2.0.11",
        "0738eaa8…2630 +1",
        "1.00",
        "0.00",
        "3",
      ],
      ["192.168.1.20", "local", "not seen", "none in this capture", "–", "–", "0.00", "0.00", "3"],
    ]);
  });

  test("show in the detail what they did, how often and since which frame", async () => {
    await open([PEER]);
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    const deeds = [...page.root.querySelectorAll(".detail .requests li")].map((deed) => [...deed.children].map(textOf));
    expect(deeds.map((deed) => deed.slice(0, 3))).toEqual([
      ["handshake", "3", "first in frame 178"],
      ["DHT queries", "113", "first in frame 26"],
    ]);
    expect(textOf(page.root.querySelector(".detail"))).toContain(PEER.torrents.join(" "));
  });
});

describe("the picture of hosts", () => {
  test("has bars in the unit of the largest", () => {
    const small = host({ address: "192.168.1.30", sent: 1024, received: 512 });
    expect(barsOf([PEER, small])).toMatchObject({
      unit: "MiB",
      rows: [{ amounts: [1, 0], note: "1.0 / 0.0 MiB" }, { note: "<0.1 / <0.1 MiB" }],
    });
    expect(barsOf([small])).toMatchObject({ unit: "KiB", rows: [{ amounts: [1, 0.5] }] });
  });

  test("shows those that sent or received anything, and says who did most", async () => {
    await open([PEER, host({}), host({ ...REMOTE, sent: 0, received: 2 ** 21 })]);
    expect(textOf(page.root.querySelector(".picture h2"))).toMatch(
      /^192\.168\.1\.10 sent most, 82\.12\.211\.138 received most .*; the busiest 2 of 3$/,
    );
  });

  test("is not there when nobody did", async () => {
    await open([host({})]);
    expect(page.root.querySelector(".picture")).toBeNull();
  });
});
