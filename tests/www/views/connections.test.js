/**
 * The view of connections on rows written by hand.
 *
 * @import { Connection } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { START } from "../support/digests";
import { chokeFinding, lanesOf, share } from "../../../www/views/connections_exchange";
import { laneOf, mostAtOnce } from "../../../www/views/connections_picture";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

const TRAFFIC = {
  repeated_bytes: 0,
  out_of_order_packets: 0,
  lost_bytes: null,
  window: 65_536,
  mean_window: 65_536,
  lowest_window: 65_536,
  zero_windows: 0,
  messages: 0,
  requests: 0,
  blocks: 0,
  block_bytes: 0,
  mean_wait_micros: null,
};

/** @type {Connection} */
const CONNECTION = {
  originator: "192.168.1.10:6881",
  responder: "10.0.0.4:51413",
  flow: 1,
  transport: "utp",
  protocol: "peer_wire",
  encryption: "none",
  confidence: null,
  info_hash: null,
  originator_peer_id: null,
  responder_peer_id: null,
  originator_client: "libtorrent 2.1.1",
  responder_client: null,
  midstream: false,
  first_frame: 5,
  last_frame: 99,
  first_seen: START + 1,
  last_seen: START + 9,
  ended: "fin",
  ended_by: "10.0.0.4:51413",
  round_trip_micros: 21_000,
  priority: 7,
  originator_asked: null,
  responder_asked: null,
  sent: {
    ...TRAFFIC,
    packets: 100,
    bytes: 4096,
    repeated_packets: 1,
    lost_packets: 0,
    mean_delay_micros: 1250,
    highest_delay_micros: 20_000,
  },
  received: {
    ...TRAFFIC,
    packets: 2200,
    bytes: 3 * 2 ** 20,
    repeated_packets: 2,
    lost_packets: 5,
    mean_delay_micros: null,
    highest_delay_micros: null,
  },
};

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page.close());

/** @param {Connection[]} connections */
async function open(connections, reading = false) {
  const digest = { connection_count: connections.length, peers: { nodes: 1, queries: 1, responses: 1 } };
  page = await pageOf({ digest, tables: { connections }, selection: { view: "connections" }, reading });
}

describe("connections", () => {
  test("are counted", async () => {
    await open([CONNECTION]);
    const said = textOf(page.root.querySelector(".view-title p"));
    expect(said).toMatch(/^1 connection: how much/);
  });

  test("have a row each, with both directions together; what nobody measured is not 0", async () => {
    const sent = { ...CONNECTION.sent, mean_delay_micros: null, lost_packets: null, lost_bytes: 7 };
    const other = { flow: 2, transport: "tcp", encryption: "rc4", ended: "reset", round_trip_micros: null };
    await open([CONNECTION, { ...CONNECTION, ...other, sent, received: sent }]);
    expect(rowsOf(page.root, "Connections").map((cells) => cells.slice(1))).toEqual([
      ["uTP", "192.168.1.10:6881", "10.0.0.4:51413", "–", "4", "3 072", "21.0", "3", "5 packets"],
      ["TCP, encrypted", "192.168.1.10:6881", "10.0.0.4:51413", "–", "4", "4", "–", "2", "14 B"],
    ]);
  });

  test("tell both ends side by side in the detail, and lead to their events", async () => {
    await open([CONNECTION]);
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    const sides = [...page.root.querySelectorAll(".two-sides tr")].map((row) => [...row.children].map(textOf));
    expect(sides[0]).toEqual(["", "192.168.1.10:6881", "10.0.0.4:51413"]);
    expect(sides).toContainEqual(["Client", "libtorrent 2.1.1", "not told"]);
    expect(sides).toContainEqual(["Delay, most, ms", "20.0", "–"]);
    /** @type {HTMLElement} */ (page.root.querySelector(".detail .actions button")).click();
    await settled();
    expect(page.app.selection.value).toMatchObject({ view: "events", scope: { flow: 1 } });
    expect(page.root.querySelector(".detail")).toBeNull();
  });

  test("say that there is none yet", async () => {
    await open([], true);
    expect(textOf(page.root.querySelector(".table-nothing"))).toBe("None so far.");
  });
});

describe("the picture of connections", () => {
  test("has a bar for each, from its first packet to its last", () => {
    const { label, note, marks } = laneOf({ ...CONNECTION, encryption: "rc4" });
    expect(label).toBe("192.168.1.10 → 10.0.0.4:51413");
    expect(note.replaceAll("\u202f", " ")).toBe("uTP, 3.0 MiB");
    expect(marks).toMatchObject([{ at: START + 1, until: START + 9, hue: "utp", hatched: true }]);
  });

  test("says how many were up at one time", async () => {
    const during = (/** @type {number} */ from, /** @type {number} */ to) => ({
      ...CONNECTION,
      flow: from,
      first_seen: START + from,
      last_seen: START + to,
    });
    expect(mostAtOnce([during(0, 2), during(1, 3), during(5, 9)])).toBe(2);
    expect(mostAtOnce([during(0, 2), during(2, 3)])).toBe(2);
    await open([during(0, 2), during(5, 9)]);
    expect(textOf(page.root.querySelector(".picture h2"))).toMatch(/^At most 1 of 2 connections was up at one time/);
  });
});

describe("how its ends asked and were served", () => {
  const asked = {
    requests: 0,
    answered: 0,
    unanswered: 0,
    cancelled: 0,
    rejected: 0,
    choked_away: 0,
    late: 0,
    unasked: 0,
    duplicates: 0,
    median_latency: null,
    ninth_decile_latency: null,
    pipeline: 0,
    mean_pipeline: null,
    choked_share: 0.25,
    interested_share: 0.04,
    unchokes: 0,
  };
  const end = {
    endpoint: "10.0.0.4:51413",
    asked,
    latencies: [],
    choked: [],
    unchoked: [{ at: START + 2, until: START + 8 }],
    interested: [],
    pipeline_begin: null,
    pipeline_step: 0,
    pipeline: [],
  };

  test("a lane for its interest and one for the time in which it was let ask", () => {
    const [interested, unchoked] = lanesOf(end);
    expect([interested.note, interested.marks.length]).toEqual([`4.0 %`, 0]);
    expect([unchoked.note, unchoked.marks[0].at, unchoked.marks[0].until]).toEqual(["75 %", START + 2, START + 8]);
  });

  test("the title is about the end that asked for more", () => {
    expect(chokeFinding([end, end])).toBe("10.0.0.4:51413 was never unchoked");
    const busy = { ...end, endpoint: "10.0.0.5:1", asked: { ...asked, requests: 3, unchokes: 2 } };
    expect(chokeFinding([end, busy])).toBe("10.0.0.5:1 was unchoked 2 times, for 75 % of the time");
    const unknown = { ...end, asked: { ...asked, choked_share: null } };
    expect(chokeFinding([unknown, unknown])).toBe("Who choked whom is not in the capture");
    expect(share(null)).toBe("–");
  });
});
