/**
 * The events view on rows and rungs written by hand.
 *
 * @import { EventRow, Rung } from "../../../www/engine/types"
 */
import { afterEach, describe, expect, test } from "vitest";
import { joinsOf } from "../../../www/components/ladder_joins";
import { rungWords } from "../../../www/components/ladder_rung";
import { matching } from "../../../www/views/events_ladder";
import { START } from "../support/digests";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

const HASH = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";
const [CLIENT, PEER] = ["192.168.1.10:40000", "10.0.0.4:6881"];

/**
 * A request for the first block of piece 3.
 * @param {Partial<EventRow>} [known]
 * @returns {EventRow}
 */
function event(known) {
  return {
    number: 1,
    frame: 40,
    time: START + 0.5,
    source: CLIENT,
    destination: PEER,
    flow: 4,
    torrent: HASH,
    protocol: "peer_wire",
    name: "request",
    extension: null,
    bytes: 17,
    text: "request piece 3",
    ...known,
  };
}

/**
 * The same on the ladder, answered by the rung after it.
 * @param {Partial<Rung>} [known]
 * @returns {Rung}
 */
function rung(known) {
  return {
    number: 0,
    direction: "originator",
    kind: "request",
    name: "request",
    frame: 40,
    time: START + 0.5,
    index: 3,
    begin: 0,
    length: 16384,
    answered_by: 1,
    answers: null,
    delay: 0.0415,
    outstanding: 1,
    ...known,
  };
}

const PIECE = rung({
  number: 1,
  direction: "responder",
  kind: "piece",
  name: "piece",
  frame: 41,
  answered_by: null,
  answers: 0,
  outstanding: 0,
});
const CHOKE = rung({
  ...PIECE,
  number: 2,
  kind: "choke",
  name: "choke",
  frame: 50,
  index: null,
  begin: null,
  answers: null,
});
const EVENTS = [
  event(),
  event({
    number: 2,
    frame: 41,
    name: "piece",
    source: PEER,
    destination: CLIENT,
    text: "<b>piece</b> 3",
    bytes: 16397,
  }),
  event({ number: 3, frame: 50, name: "choke", source: PEER, destination: CLIENT, text: "choke", bytes: 5 }),
  event({ number: 4, frame: 51, flow: null, torrent: null, protocol: "dht", name: "query", text: "ping", bytes: 90 }),
];

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => page?.close());

/** @param {Partial<import("../../../www/state/selection").Scope>} scope */
async function open(scope = {}, listed = {}) {
  page = await pageOf({
    selection: { view: "events" },
    listing: { events: EVENTS, rungs: [rung(), PIECE, CHOKE], ...listed },
  });
  page.app.showEvents(scope);
  await settled();
}

const said = () => textOf(page.root.querySelector(".view-title p"));

describe("events", () => {
  test("are counted, and have a row each in their order", async () => {
    await open();
    expect(said()).toMatch(/^4 events: each message/);
    expect(rowsOf(page.root, "Events").map((cells) => [cells[0], ...cells.slice(2)])).toEqual([
      ["40", CLIENT, PEER, "peer_wire", "request", "request piece 3", "17"],
      ["41", PEER, CLIENT, "peer_wire", "piece", "<b>piece</b> 3", "16 397"],
      ["50", PEER, CLIENT, "peer_wire", "choke", "choke", "5"],
      ["51", CLIENT, PEER, "dht", "query", "ping", "90"],
    ]);
    expect(page.root.querySelector("main b")).toBeNull();
    expect(page.root.querySelectorAll(".table-head button")).toHaveLength(0);
  });

  test("are asked for by what narrows them, which can be taken away", async () => {
    await open({ host: "10.0.0.4", flow: 4 });
    expect(page.listings.at(-1)).toMatchObject({ host: "10.0.0.4", flow: 4, torrent: null, protocol: null });
    expect([...page.root.querySelectorAll(".chip")].map(textOf)).toEqual([
      `connection ${CLIENT} → ${PEER}×`,
      "host 10.0.0.4×",
    ]);
    /** @type {HTMLElement} */ (page.root.querySelector("[aria-label='Take away the connection']")).click();
    await settled();
    expect(page.listings.at(-1)).toMatchObject({ host: "10.0.0.4", flow: null });
    expect(page.root.querySelector(".ladder")).toBeNull();
  });

  test("are narrowed to a protocol", async () => {
    await open();
    const select = /** @type {HTMLSelectElement} */ (page.root.querySelector(".scope select"));
    select.value = "finding";
    select.dispatchEvent(new Event("change"));
    await settled();
    expect(page.listings.at(-1)).toMatchObject({ protocol: "finding" });
  });

  test("say when only the first of them are listed, how far the list is, and that nothing fits", async () => {
    await open({}, { matched: 500_000 });
    expect(textOf(page.root.querySelector("main"))).toContain("The first 4 of 500 000 are listed");
    page.close();
    await open({}, { listing: true });
    expect(said()).toMatch(/^4 events so far/);
    expect(textOf(page.root.querySelector(".listing"))).toBe("50 % read once more");
    page.close();
    await open({}, { events: [] });
    expect(textOf(page.root.querySelector(".table-nothing"))).toBe("Nothing in the capture fits this choice.");
    page.close();
    await open({ host: "10.0.0" }, { refused: true });
    expect(said()).toMatch(/^That is no address/);
    expect(page.root.querySelector("[role=grid]")).toBeNull();
  });

  test("wait for the end of the reading", async () => {
    page = await pageOf({ selection: { view: "events" }, reading: true, listing: { events: EVENTS, rungs: [] } });
    expect(page.listings).toEqual([]);
    expect(said()).toContain("as soon as this reading has ended or is stopped");
  });

  test("lead from one of them to its connection and its torrent", async () => {
    await open();
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    expect([...page.root.querySelectorAll(".detail .actions button")].map(textOf)).toEqual([
      "Show its connection",
      "Show its torrent’s events",
    ]);
    /** @type {HTMLElement} */ (page.root.querySelector(".detail .actions button")).click();
    await settled();
    expect(page.app.selection.value.scope).toEqual({ flow: 4, torrent: null, host: null, protocol: null });
  });
});

describe("the ladder of a connection", () => {
  test("has an arrow for each message, a line from a request to its block, a cross where one stops the other", async () => {
    await open({ flow: 4 });
    expect(textOf(page.root.querySelector(".picture h2"))).toMatch(/^At most 1 request was open at one time/);
    expect([...page.root.querySelectorAll(".rung")].map(textOf)).toEqual([
      "0.000request 3 + 0",
      "0.000piece 3 + 0, after 41.5 ms",
      "0.000choke",
    ]);
    expect(page.root.querySelectorAll(".join")).toHaveLength(1);
    expect(page.root.querySelectorAll(".rung .cross")).toHaveLength(1);
  });

  test("and the table point at one another", async () => {
    await open({ flow: 4 });
    page.root.querySelectorAll(".table-body [role=row]")[1].dispatchEvent(new MouseEvent("mouseenter"));
    await settled();
    expect(page.root.querySelectorAll(".rung-ground")).toHaveLength(2);
    expect(page.root.querySelectorAll(".join.is-pointed")).toHaveLength(1);
    const area = /** @type {Element} */ (page.root.querySelector(".ladder .pointer-area"));
    area.dispatchEvent(new PointerEvent("pointermove", { clientY: 2 * 22 + 5 }));
    await settled();
    expect(textOf(page.root.querySelector(".table-row.is-marked"))).toContain("choke");
    area.dispatchEvent(new MouseEvent("click", { clientY: 5 }));
    await settled();
    expect(textOf(page.root.querySelector(".detail"))).toContain("Answered after, ms41.5");
  });

  test("finds the same message among several of one frame", () => {
    const requests = [rung(), rung({ number: 1 }), rung({ number: 2, frame: 42 })];
    const rows = [event(), event({ number: 2 }), event({ number: 3, frame: 42 })];
    const list = (/** @type {any[]} */ all) => ({
      having: (/** @type {(one: any) => boolean} */ wanted) => all.filter(wanted),
    });
    expect(matching(requests[1], list(requests), list(rows))).toBe(rows[1]);
    expect(matching(rows[2], list(rows), list(requests))).toBe(requests[2]);
    expect(matching(event({ frame: 99 }), list(rows), list(requests))).toBeUndefined();
  });

  test("joins what is drawn with what is not", () => {
    const late = rung({ ...PIECE, number: 80, answers: 3, outstanding: 4 });
    expect(joinsOf([rung(), undefined, PIECE, late])).toEqual([
      { asked: 0, answered: 1, originator: true, level: 0 },
      { asked: 3, answered: 80, originator: true, level: 3 },
    ]);
  });

  test("says in few words what a message is", () => {
    expect(rungWords(rung({ name: "have_all", kind: "have", index: null, begin: null }))).toBe("have all");
    expect(rungWords(rung({ name: "have", index: 12, begin: null }))).toBe("have 12");
  });
});
