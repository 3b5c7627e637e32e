/**
 * The view of hosts on rows written by hand.
 *
 * @import { Host } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { clock, shortened } from "../../../www/base/format";
import { HOST_COLUMNS } from "../../../www/views/hosts_columns";
import { whereTold } from "../../../www/views/hosts_detail";
import { RUNGS } from "../../../www/views/evidence_words";
import { rungOf, rungWord } from "../../../www/views/hosts_evidence";
import { finding } from "../../../www/views/hosts_picture";
import { START, trafficOf } from "../support/digests";
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
    local_reason: "private",
    peers: 0,
    tcp: 0,
    utp: 0,
    encrypted: 0,
    series: null,
    listen_ports: [],
    port_mappings: [],
    trackers: [],
    ...known,
  };
}

const PEER = host({
  address: "192.168.1.10",
  bittorrent: true,
  evidence: [
    { kind: "handshake", count: 3, first_frame: 178, first_time: START + 1, last_frame: 300 },
    { kind: "dht_query", count: 113, first_frame: 26, first_time: START, last_frame: 800 },
  ],
  clients: ["libtorrent/2.0.11"],
  torrents: ["0738eaa8b499ef7ddf01bfb81aaea7df4ef72630", "1738eaa8b499ef7ddf01bfb81aaea7df4ef72630"],
  sent: 2 ** 20,
  peers: 4,
  tcp: 2 ** 20,
  encrypted: 2 ** 18,
  series: { bin_seconds: 1, first_time: START, sent: [2 ** 20, 0], received: [0, 0] },
  listen_ports: [6883, 6884],
  trackers: ["udp://tracker.example.org:6969/announce"],
});
const REMOTE = host({ ...PEER, address: "82.12.211.138", local: false, local_reason: null, series: null });

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

  test("have a row each, with how well it is known; what was not seen is not denied", async () => {
    await open([PEER, host({})]);
    const rows = rowsOf(page.root, "Hosts");
    expect(rows.map(([address]) => address)).toEqual(["192.168.1.10", "192.168.1.20"]);
    expect(HOST_COLUMNS.map((column) => column.text(PEER))).toEqual([
      "192.168.1.10",
      "local",
      "libtorrent/2.0.11",
      "handshake",
      "2",
      "4",
      "0.00",
      "1.00",
      "1.0 MiB over the capture",
      "25.0",
      "6883 +1",
      clock(START),
    ]);
    const quiet = [
      "192.168.1.20",
      "local",
      "not known",
      "not seen",
      "–",
      "–",
      "0.00",
      "0.00",
      "–",
      "–",
      "–",
      clock(START),
    ];
    expect(HOST_COLUMNS.map((column) => column.text(host({})))).toEqual(quiet);
  });

  test("show in the detail how it is known, rung by rung, and what stands beside", async () => {
    const rung = { rung: /** @type {const} */ ("handshake"), frame: 178, time: START + 1, last_frame: 300, count: 3 };
    const deed = { kind: /** @type {const} */ ("encrypted_flow"), count: 2, frame: 26, time: START, last_frame: 800 };
    const answer = {
      ladder: { steps: [{ ...rung, note: "sent handshakes, 3 times" }], beside: [{ ...deed, confidence: 0.95 }] },
      rungs: RUNGS.map(({ rung }) => rung),
      looked_for: RUNGS.map(({ rung }) => rung).slice(0, 5),
      filter: "ip.addr == 192.168.1.10",
      command: "tshark -r a.pcap -Y 'ip.addr == 192.168.1.10'",
    };
    page = await pageOf({
      digest: { local_host_count: 1 },
      tables: { hosts: [PEER] },
      selection: { view: "hosts" },
      answer,
    });
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    expect(page.said).toContainEqual(expect.objectContaining({ subject: { host: "192.168.1.10" } }));
    const rungs = [...page.root.querySelectorAll(".detail .evidence-rungs li")];
    expect(rungs.map((one) => one.classList.contains("is-reached"))).toEqual([false, false, false, true, false, false]);
    expect(textOf(rungs[3])).toMatch(/^handshakeframe 178sent handshakes, 3 times, first at .*, last in frame 300$/);
    expect(textOf(rungs[0])).toBe("verifiednot checked");
    expect(textOf(page.root.querySelector(".evidence-beside li"))).toMatch(
      /^encrypted flows95\.0 % sure2 ×, first in frame 26/,
    );
    expect(textOf(page.root.querySelector(".evidence-filter code"))).toBe("ip.addr == 192.168.1.10");
    for (const whole of [...PEER.torrents.map(shortened), ...PEER.trackers]) {
      expect(textOf(page.root.querySelector(".detail"))).toContain(whole);
    }
  });

  test("that are only encrypted are on no rung: a word says what they are", () => {
    const only = host({ evidence: [{ ...PEER.evidence[0], kind: "encrypted_flow" }] });
    expect([rungOf(only), rungWord(only), rungWord(PEER), rungWord(host({}))]).toEqual([
      0,
      "encrypted",
      "handshake",
      "not seen",
    ]);
  });

  test("are local or not by the user's word", async () => {
    await open([PEER]);
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    expect(textOf(page.root.querySelector(".detail"))).toContain("its address is one of private networks");
    const button = [...page.root.querySelectorAll(".detail button")].find(
      (one) => textOf(one) === "This host is not on my network",
    );
    /** @type {HTMLElement} */ (button).click();
    expect(page.said).toContainEqual({ type: "set_local", address: "192.168.1.10", local: false });
    expect([whereTold(PEER), whereTold(REMOTE), whereTold(host({ local: false, local_reason: "user" }))]).toEqual([
      "on this network: its address is one of private networks",
      "elsewhere",
      "elsewhere: you said so",
    ]);
  });
});

describe("the picture of hosts", () => {
  const totals = { down: 3 * 2 ** 20, up: 2 ** 20, within: 0, others: 0, everything: 2 ** 23, by_transport: [] };
  const bins = { first_time: START, bin_seconds: 1, others: [0, 0], down_encrypted: [0, 0], up_encrypted: [0, 0] };
  const lanes = { dht: [1, 0], trackers: [0, 0], lost: [0, 0], everything: [2 ** 22, 2 ** 22] };
  const traffic = trafficOf({ ...bins, ...lanes, down: [0, 3 * 2 ** 20], up: [2 ** 20, 0], totals });

  test("is the traffic over the capture, and says how much it is", async () => {
    page = await pageOf({
      digest: { local_host_count: 1, traffic },
      tables: { hosts: [PEER] },
      selection: { view: "hosts" },
    });
    const title = textOf(page.root.querySelector(".picture h2"));
    expect(title).toMatch(/^3\.0 MiB came down, 1\.0 MiB went up: 50\.0 % of everything on the wire/);
    expect(textOf(page.root.querySelector(".timeline"))).toContain("peak 3.00");
  });

  test("tells of others where no host is local", () => {
    const others = trafficOf({ totals: { ...totals, down: 0, up: 0, others: 2 ** 21 } });
    expect(finding(others)).toBe("2.0 MiB went between hosts of which none is local");
  });

  test("is not there when nobody moved anything", async () => {
    await open([host({})]);
    expect(page.root.querySelector(".picture")).toBeNull();
  });
});
