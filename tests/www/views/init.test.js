/**
 * The init view on digests written by hand.
 */
import { afterEach, describe, expect, test } from "vitest";
import { sequenceOf } from "../../../www/views/init_steps";
import { bootstrapNode, request, START } from "../support/digests";
import { pageOf, rowsOf, textOf } from "../support/page";

const answered = bootstrapNode({ requests: [request()] });
const silent = bootstrapNode({
  name: "router.utorrent.com",
  address: "212.156.78.140",
  port: 6881,
  requests: [request({ frame: 29, transaction_id: "df12", response: null })],
});
const unasked = bootstrapNode({ name: "dht.aelitis.com", address: "213.195.245.127", port: null });

/** @param {import("../../../www/engine/types").BootstrapNode} node */
const resolvedOf = (node) => /** @type {import("../../../www/engine/types").Resolved} */ (node.resolved);

const ROW = { port: 6881, dns_frame: 6, requests: 1, transaction_ids: ["cbed"], query: "get_peers", request_frame: 26 };
const NO_ANSWER = { nodes: null, delay: null, answer_frame: null };

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page?.close());

describe("the sequence", () => {
  test("begins with the names, then has every request and answer in order", () => {
    const { steps, unit } = sequenceOf([answered, silent, unasked]);
    expect(unit).toBe("ms");
    expect(steps.map(({ time, text, lost }) => [time, text, lost])).toEqual([
      ["0.0", "3 names asked", false],
      ["1.9", "3 addresses", false],
      ["2.4", "get_peers cbed", false],
      ["2.4", "get_peers df12", true],
      ["4.6", "8 nodes after 2.2 ms", false],
    ]);
  });

  test("knows who was never heard of", () => {
    const { parties } = sequenceOf([answered, silent]);
    expect(parties.map(({ name, address, silent }) => [name, address, silent])).toEqual([
      ["client", "192.168.1.10", false],
      ["resolver", "192.168.1.1", false],
      ["dht.libtorrent.org", "82.12.211.138", false],
      ["router.utorrent.com", "212.156.78.140", true],
    ]);
  });

  test("does without a question that is not in the capture", () => {
    const resolved = { ...resolvedOf(answered), asked_frame: null, asked_time: null };
    expect(sequenceOf([{ ...answered, resolved }]).steps[0].text).toBe("1 address");
  });

  test("does without a resolver where only the file has the name", () => {
    const { parties, steps } = sequenceOf([{ ...answered, resolved: null }]);
    expect(parties.map(({ name }) => name)).toEqual(["client", "dht.libtorrent.org"]);
    expect(steps.map(({ kind }) => kind)).toEqual(["dht", "dht"]);
  });

  test("of a slow start counts seconds", () => {
    const late = request({ time: START + 20, response: null });
    expect(sequenceOf([{ ...answered, requests: [late] }])).toMatchObject({
      unit: "s",
      steps: [{ time: "0.000" }, {}, { time: "20.000" }],
    });
  });

  test("takes an IPv6 endpoint apart", () => {
    const resolved = { ...resolvedOf(answered), client: "[2001:db8::1]:40000", resolver: "[2001:db8::53]:53" };
    const { parties } = sequenceOf([{ ...answered, resolved, requests: [] }]);
    expect(parties[0].address).toBe("2001:db8::1");
  });
});

describe("the view", () => {
  test("says in a sentence who was asked and who answered", async () => {
    page = await pageOf({
      digest: { init: { bootstrap: [answered, silent, unasked], port_mappings: [] } },
      selection: { view: "init" },
    });
    expect(textOf(page.root.querySelector(".view-title p"))).toBe(
      "How 192.168.1.10 found its first DHT nodes: three names asked, two addresses tried, one answered, the whole start in 4.6 ms.",
    );
  });

  test("counts the hosts, when there are several", async () => {
    const other = request({ from: "192.168.1.20:6883" });
    page = await pageOf({
      selection: { view: "init" },
      digest: { init: { bootstrap: [{ ...answered, requests: [request(), other] }], port_mappings: [] } },
    });
    expect(textOf(page.root.querySelector(".view-title p"))).toMatch(
      /^How two hosts found their first DHT nodes: one name/,
    );
  });

  test("tells no answer and no request apart", async () => {
    const tables = {
      bootstrap: [
        { name: "a.example", address: "1.1.1.1", ...ROW, nodes: 8, delay: 0.0022, answer_frame: 27 },
        { name: "b.example", address: "2.2.2.2", ...ROW, ...NO_ANSWER, dns_frame: 7 },
        {
          name: "c.example",
          address: "3.3.3.3",
          ...ROW,
          ...NO_ANSWER,
          dns_frame: 8,
          port: null,
          requests: 0,
          transaction_ids: [],
          query: null,
          request_frame: null,
        },
      ],
    };
    page = await pageOf({
      digest: { init: { bootstrap: [answered], port_mappings: [] } },
      tables,
      selection: { view: "init" },
    });
    expect(rowsOf(page.root, "Bootstrap nodes")).toEqual([
      ["a.example", "1.1.1.1", "6881", "6", "1", "cbed", "get_peers", "26", "8", "2.2", "27"],
      ["b.example", "2.2.2.2", "6881", "7", "1", "cbed", "get_peers", "26", "no response", "–", "–"],
      ["c.example", "3.3.3.3", "–", "8", "0", "–", "–", "–", "not asked", "–", "–"],
    ]);
  });

  test("leaves the picture out when it would hold too much, and says so", async () => {
    const bootstrap = Array.from({ length: 13 }, (_, n) => bootstrapNode({ address: `10.0.0.${n}` }));
    page = await pageOf({ digest: { init: { bootstrap, port_mappings: [] } }, selection: { view: "init" } });
    expect(page.root.querySelector(".sequence")).toBeNull();
    expect(textOf(page.root.querySelector(".picture"))).toContain("Here are 13 and 2: the table has them all.");
  });

  test("says why there may be nothing", async () => {
    page = await pageOf({ digest: { peers: { nodes: 1, queries: 1, responses: 1 } }, selection: { view: "init" } });
    expect(textOf(page.root.querySelector(".table-nothing"))).toContain("No DNS answer for a bootstrap name");
  });

  test("says when the capture has no BitTorrent at all", async () => {
    page = await pageOf({ selection: { view: "init" } });
    expect(textOf(page.root.querySelector(".table-nothing"))).toContain(
      "No BitTorrent in this capture. All 8 133 frames were read.",
    );
  });
});
