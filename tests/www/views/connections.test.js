/**
 * The view of connections on rows written by hand.
 *
 * @import { Connection } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { START } from "../support/digests";
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

  test("have a row each, with both directions together; a delay that nobody told is not 0", async () => {
    const sent = { ...CONNECTION.sent, mean_delay_micros: null, lost_packets: null, lost_bytes: 7 };
    await open([CONNECTION, { ...CONNECTION, transport: "tcp", sent, received: sent }]);
    expect(rowsOf(page.root, "Connections")).toEqual([
      ["uTP", "192.168.1.10:6881", "10.0.0.4:51413", "2 300", "4", "3 072", "1.3", "–", "3", "5"],
      ["TCP", "192.168.1.10:6881", "10.0.0.4:51413", "200", "4", "4", "–", "–", "2", "–"],
    ]);
  });

  test("tell the directions one by one in the detail", async () => {
    await open([CONNECTION]);
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    const heads = [...page.root.querySelectorAll(".detail h3")].map(textOf);
    expect(heads).toEqual(["From 192.168.1.10:6881", "From 10.0.0.4:51413"]);
    expect(textOf(page.root.querySelector(".detail"))).toContain("Delay, most, ms20.0");
  });

  test("say that there is none yet", async () => {
    await open([], true);
    expect(textOf(page.root.querySelector(".table-nothing"))).toBe("None so far.");
  });
});
