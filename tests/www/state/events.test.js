/**
 * Which list of events is asked of the reader, and when.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { Client } from "../../../www/engine/client";
import { App } from "../../../www/state/app";
import { digestOf, torrentRow } from "../support/digests";
import { fakeWorkers } from "../support/fake_worker";

const HASH = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";
const V2 = "c".repeat(64);
const PROGRESS = { bytes: 50, bytes_total: 100, frames: 10, first_time: null, last_time: null };

/** @type {ReturnType<typeof fakeWorkers>["made"]} */
let made;
/** @type {App} */
let app;

const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(async () => {
  const workers = fakeWorkers();
  made = workers.made;
  const client = new Client({ createWorker: workers.createWorker, loadModule: async () => /** @type {any} */ ({}) });
  app = new App(client, async () => new File(["x"], "sample.pcap"));
  await settled();
  app.reading.open([new File(["x"], "a.pcap")]);
  await settled();
  return () => app.dispose();
});

/** @param {import("../../../www/engine/messages").End} end */
function report(end, worker = 0) {
  const digest = digestOf({ torrents: [torrentRow({ info_hash: HASH, info_hash_v2: V2 })] });
  made[worker].say({ type: "report", report: { digest, progress: PROGRESS, problems: [], end, memory: 0 } });
}

/** @returns {any[]} */
const lists = (worker = 0) => made[worker].told.filter(({ type }) => type === "list");
/** @returns {any[]} */
const asked = (/** @type {string} */ type) => made[0].told.filter((told) => told.type === type);

describe("a list of events", () => {
  test("is made when its view is in sight and the reading has ended, once for each question", () => {
    report("finished");
    expect(lists()).toEqual([]);
    app.showEvents({ flow: 4 });
    app.select({ filter: "piece" });
    expect(lists()).toMatchObject([{ list: 1, query: { flow: 4, torrent: null, host: null, protocol: null } }]);
    app.show("hosts");
    app.show("events");
    expect(lists()).toHaveLength(1);
    app.showEvents({ host: "10.0.0.4" });
    expect(lists()).toMatchObject([{ list: 1 }, { list: 2, query: { flow: null, host: "10.0.0.4" } }]);
  });

  test("waits for the reading, also for one that goes on", () => {
    app.showEvents({});
    report(null);
    expect(lists()).toEqual([]);
    report("stopped");
    expect(lists()).toHaveLength(1);
  });

  test("of a torrent goes by all its names, and by the connections that are known to be about it", async () => {
    report("finished");
    app.showEvents({ torrent: HASH });
    const connections = asked("rows").filter(({ query }) => query.table === "connections");
    expect(connections.map(({ query }) => query.filter)).toEqual([HASH, V2]);
    expect(lists()).toEqual([]);
    connections.forEach(({ id }, index) => {
      const rows = /** @type {any[]} */ ([{ flow: 6 + index }]);
      made[0].say({ type: "rows", id, window: { total: 9, matched: 1, rows } });
    });
    await settled();
    expect(lists()[0].query).toMatchObject({ torrent: HASH, torrent_names: [V2], torrent_flows: [6, 7] });
  });

  test("is not made for a question that another one overtook", async () => {
    report("finished");
    app.showEvents({ torrent: HASH });
    app.showEvents({ flow: 4 });
    for (const { id } of asked("rows")) made[0].say({ type: "rows", id, window: { total: 0, matched: 0, rows: [] } });
    await settled();
    expect(lists()).toMatchObject([{ query: { flow: 4 } }]);
  });

  test("is followed while it grows; what an older one says is not heard", () => {
    report("finished");
    app.showEvents({ flow: 4 });
    app.showEvents({ flow: 6 });
    made[0].say({ type: "listed", list: 1, state: { status: "listed", progress: PROGRESS, events: 9, kept: 9 } });
    expect(app.events.state.value).toMatchObject({ status: "listing", events: 0 });
    made[0].say({ type: "listed", list: 2, state: { status: "listing", progress: PROGRESS, events: 5, kept: 5 } });
    expect(app.events.state.value).toMatchObject({ status: "listing", events: 5 });
  });

  test("has rows by filter, and rungs of one connection only", async () => {
    report("finished");
    app.showEvents({ host: "10.0.0.4" });
    app.select({ filter: "piece" });
    expect(asked("event_rows").at(-1).query).toEqual({ filter: "piece", from: 0, count: 200 });
    expect(asked("ladder")).toEqual([]);
    app.showEvents({ flow: 4 });
    expect(asked("ladder").at(-1).query).toEqual({ from: 0, count: 200 });
    const head = { flow: 4, originator: "a", responder: "b", messages: 1, truncated: false, matched: 1 };
    const ladder = /** @type {any} */ ({
      ...head,
      first_time: 1,
      last_time: 1,
      most_outstanding: 0,
      rungs: [{ number: 0 }],
    });
    made[0].say({ type: "ladder", id: asked("ladder").at(-1).id, ladder });
    await settled();
    expect(app.events.ladder.value).toMatchObject(head);
    expect(app.events.rungs.row(0)).toEqual({ number: 0 });
  });

  test("belongs to its capture", async () => {
    report("finished");
    app.showEvents({ flow: 4 });
    app.reading.open([new File(["y"], "b.pcap")]);
    await settled();
    expect(app.events.state.value).toBeNull();
    report("finished", 1);
    expect(lists(1)).toHaveLength(1);
  });
});

test("another view, however it comes into sight, closes the row that was open", () => {
  report("finished");
  app.look("contributors", { endpoint: "1.2.3.4:5", bytes: 1, pieces: 1 });
  app.select({ filter: "x" });
  expect(app.detail.value).not.toBeNull();
  app.select({ view: "hosts" });
  expect(app.detail.value).toBeNull();
});
