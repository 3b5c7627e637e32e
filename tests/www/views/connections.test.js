/**
 * The view of connections on rows written by hand.
 *
 * @import { Connection } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { START } from "../support/digests";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

/** @type {Connection} */
const CONNECTION = {
  originator: "192.168.1.10:6881",
  responder: "10.0.0.4:51413",
  transport: "utp",
  last_seen: START + 9,
  sent: {
    packets: 100,
    bytes: 4096,
    repeated_packets: 1,
    lost_packets: 0,
    mean_delay_micros: 1250,
    highest_delay_micros: 20_000,
  },
  received: {
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
  test("are counted, with what the count leaves out", async () => {
    await open([CONNECTION]);
    const said = textOf(page.root.querySelector(".view-title p"));
    expect(said).toMatch(/^1 uTP connection: .* TCP connections are not measured\.$/);
  });

  test("have a row each, with both directions together; a delay that nobody told is not 0", async () => {
    await open([CONNECTION]);
    expect(rowsOf(page.root, "uTP connections")).toEqual([
      ["192.168.1.10:6881", "10.0.0.4:51413", "2 300", "4", "3 072", "1.3", "–", "3", "5"],
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

  test("say that none is told before it ends", async () => {
    await open([], true);
    expect(textOf(page.root.querySelector(".table-nothing"))).toMatch(/^None has ended so far/);
  });
});
