/**
 * The state of the page as a whole, with workers that do nothing by themselves: from files to a report, and back to nothing.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Client } from "../../../www/engine/client";
import { App } from "../../../www/state/app";
import { digestOf, START, torrentRow } from "../support/digests";
import { fakeWorkers } from "../support/fake_worker";

const FILE = new File(["x"], "a.pcap");
const MODULE = /** @type {WebAssembly.Module} */ ({});

/** @type {ReturnType<typeof fakeWorkers>["made"]} */
let made;
/** @type {App} */
let app;
/** @type {() => Promise<File>} */
let sample;

const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(async () => {
  const workers = fakeWorkers();
  made = workers.made;
  sample = async () => FILE;
  app = new App(new Client({ createWorker: workers.createWorker, loadModule: async () => MODULE }), () => sample());
  await settled();
  return () => app.dispose();
});
afterEach(() => vi.useRealTimers());

/**
 * @param {number} worker
 * @param {import("../../../www/engine/messages").End} end
 * @param {Partial<import("../../../www/engine/types").Digest>} [digest]
 * @param {import("../../../www/engine/messages").Problem[]} [problems]
 */
function report(worker, end, digest = {}, problems = []) {
  const progress = { bytes: 50, bytes_total: 100, frames: 10, first_time: START, last_time: START + 5 };
  made[worker].say({ type: "report", report: { digest: digestOf(digest), progress, problems, end, memory: 0 } });
}

const state = () => app.reading.capture.value;

describe("from files to a report", () => {
  test("loading, partly known, ready", () => {
    app.reading.open([FILE]);
    expect(state()).toMatchObject({ status: "loading", digest: null, subject: { names: ["a.pcap"], bytes: 1 } });
    report(0, null);
    expect(state()).toMatchObject({ status: "loading", progress: { bytes: 50 } });
    report(0, "finished");
    expect(state()).toMatchObject({ status: "ready", end: "finished" });
    expect(app.reading.spoken.value).toBe("Reading finished.");
  });

  test("progress is spoken at the quarters only", () => {
    app.reading.open([FILE]);
    const spoken = new Set();
    for (let bytes = 0; bytes < 100; bytes += 1) {
      made[0].say({
        type: "progress",
        progress: { bytes, bytes_total: 100, frames: 0, first_time: null, last_time: null },
      });
      spoken.add(app.reading.spoken.value);
    }
    expect([...spoken]).toEqual(["Reading a.pcap.", "25 % read.", "50 % read.", "75 % read."]);
  });

  test("nothing was chosen: nothing happens", () => {
    app.reading.open([]);
    expect(state().status).toBe("empty");
  });
});

describe("trouble", () => {
  const zip = { code: "not_a_capture", detail: "zip", file: "a.zip" };

  test("a file that is no capture leaves the page as it began, with the reason", () => {
    app.reading.open([FILE]);
    made[0].say({ type: "failed", problem: zip });
    expect(state()).toEqual({ status: "empty", problem: zip });
    app.reading.open([FILE]);
    report(1, "finished");
    expect(state().status).toBe("ready");
  });

  test("a report that came back is heard again", () => {
    app.reading.open([FILE]);
    report(0, "finished");
    app.reading.open([FILE]);
    made[1].say({ type: "failed", problem: zip });
    made[0].onerror?.();
    expect(state()).toMatchObject({ status: "ready", end: "gone", problems: [{ code: "worker_gone" }] });
  });

  test("a file that is no capture does not take the report before it away", () => {
    app.reading.open([FILE]);
    report(0, "finished");
    app.reading.open([FILE]);
    made[1].say({ type: "failed", problem: zip });
    expect(state()).toMatchObject({ status: "ready", end: "finished" });
    expect(app.reading.notice.value).toMatch(/^a\.zip is not a capture.* The capture before it still stands\.$/);
  });

  test("when the reader dies, what was reported stays", () => {
    app.reading.open([FILE]);
    report(0, null);
    made[0].onerror?.();
    expect(state()).toMatchObject({ status: "ready", end: "gone", problems: [{ code: "worker_gone" }] });
  });

  test("when the reader dies before it reported, the page begins anew, with the reason", () => {
    app.reading.open([FILE]);
    made[0].onerror?.();
    expect(state()).toMatchObject({ status: "empty", problem: { code: "worker_gone" } });
  });

  test("what a replaced reading still says is not heard", () => {
    app.reading.open([FILE]);
    app.reading.open([new File(["yy"], "b.pcap")]);
    report(0, "finished");
    expect(state()).toMatchObject({ status: "loading", subject: { names: ["b.pcap"] } });
  });

  test("a sample that is not there is told", async () => {
    sample = () => Promise.reject(new Error("404"));
    await app.reading.openSample();
    expect(state()).toMatchObject({ status: "empty", problem: { code: "sample_failed" } });
  });

  test("a file that is dropped while the sample loads wins", async () => {
    /** @type {(file: File) => void} */
    let arrive = () => {};
    sample = () => new Promise((resolve) => (arrive = resolve));
    const opening = app.reading.openSample();
    app.reading.open([FILE]);
    arrive(new File(["s"], "sample.pcapng"));
    await opening;
    expect(state()).toMatchObject({ subject: { names: ["a.pcap"], sample: false } });
  });
});

describe("stopping", () => {
  test("a held reading can go on", () => {
    app.reading.open([FILE]);
    report(0, null);
    app.reading.stop();
    report(0, "stopped");
    expect(state()).toMatchObject({ status: "ready", end: "stopped" });
    app.reading.resume();
    expect(state().status).toBe("loading");
    expect(made[0].types()).toContain("resume");
  });

  test("a reader that does not stop is ended; its report stays", () => {
    vi.useFakeTimers();
    app.reading.open([FILE]);
    report(0, null);
    app.reading.stop();
    vi.advanceTimersByTime(301);
    expect(state()).toMatchObject({ status: "ready", end: "gone", problems: [] });
  });

  test("a reading that is stopped before its first report gives way to the report before it", () => {
    vi.useFakeTimers();
    app.reading.open([FILE]);
    report(0, "finished");
    app.reading.open([FILE]);
    app.reading.stop();
    vi.advanceTimersByTime(301);
    expect(state()).toMatchObject({ status: "ready", end: "finished" });
    expect(made[0].asked()).toMatchObject({ type: "rows" });
    expect(app.tables.bootstrap.gone.value).toBe(false);
  });

  test("a reading that is stopped before its first report leaves the page as it began", () => {
    vi.useFakeTimers();
    app.reading.open([FILE]);
    app.reading.stop();
    vi.advanceTimersByTime(301);
    expect(state()).toEqual({ status: "empty", problem: null });
  });
});

describe("going back one step at a time", () => {
  test("the reading, the detail, the notice, the filter", () => {
    app.reading.open([FILE]);
    report(0, null);
    app.back();
    expect(made[0].asked()).toEqual({ type: "stop" });
    report(0, "stopped");
    app.select({ filter: "x" });
    app.reading.notice.value = "a word";
    app.look("contributors", { endpoint: "1.2.3.4:5", bytes: 1, pieces: 1 });
    app.back();
    expect([app.detail.value, app.reading.notice.value, app.selection.value.filter]).toEqual([null, "a word", "x"]);
    app.back();
    expect([app.reading.notice.value, app.selection.value.filter]).toEqual(["", "x"]);
    app.back();
    expect(app.selection.value.filter).toBe("");
  });
});

describe("what is asked of the reader", () => {
  /** @param {number} from */
  const questions = (from = 0) =>
    made[0].told.slice(from).flatMap((told) => (told.type === "rows" ? [told.query] : []));

  test("only what the view in sight shows", () => {
    app.reading.open([FILE]);
    report(0, "finished");
    expect(questions().map(({ table }) => table)).toEqual(["overview_hosts"]);
    const before = made[0].told.length;
    app.show("peers");
    expect(new Set(questions(before).map(({ table }) => table))).toEqual(new Set(["nodes"]));
  });

  test("the torrent with most bytes stands first, and stays when another overtakes it", () => {
    app.select({ view: "download" });
    app.reading.open([FILE]);
    const [one, two] = [torrentRow(), torrentRow({ info_hash: "b".repeat(40) })];
    report(0, null, { torrents: [one, two], torrent_count: 2 });
    expect(app.torrent.value).toBe(one);
    report(0, "finished", { torrents: [two, one], torrent_count: 2 });
    expect(app.torrent.value).toBe(one);
    app.look("torrents", two);
    expect(app.torrent.value).toBe(two);
    expect(made[0].told).toContainEqual(expect.objectContaining({ type: "piece_map", torrent: one.info_hash }));
  });

  test("the detail has the figures of now", async () => {
    app.select({ view: "download", list: "contributors" });
    app.reading.open([FILE]);
    report(0, null, { torrents: [torrentRow()], torrent_count: 1 });
    const row = { endpoint: "1.2.3.4:5", bytes: 1, pieces: 1 };
    app.look("contributors", row);
    expect(app.looked.value?.row).toBe(row);
    const asked = made[0].told.find((told) => told.type === "rows" && told.query.table === "contributors");
    const now = { ...row, bytes: 2 };
    made[0].say({ type: "rows", id: /** @type {any} */ (asked).id, window: { total: 1, matched: 1, rows: [now] } });
    await settled();
    expect(app.looked.value?.row).toEqual(now);
  });

  test("the unknown torrent is asked for as null", () => {
    app.select({ view: "download", torrent: null });
    app.reading.open([FILE]);
    report(0, "finished", { torrents: [torrentRow(), torrentRow({ info_hash: null })], torrent_count: 2 });
    expect(questions().find(({ table }) => table === "pieces")).toMatchObject({ torrent: null });
  });

  test("of very many nodes the picture takes windows from the whole capture", () => {
    app.select({ view: "peers" });
    app.reading.open([FILE]);
    report(0, "finished", { peers: { nodes: 1_000_000, queries: 0, responses: 0 } });
    const windows = questions().filter(({ sort }) => sort === "");
    expect(windows).toHaveLength(20);
    expect(windows.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
    expect(windows.at(-1)?.from).toBe(950_000);
  });
});

test("a file is saved under the capture's name", async () => {
  app.reading.open([FILE]);
  report(0, "finished");
  const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function () {
    // @ts-expect-error: the link it is called on
    names.push(this.download);
  });
  /** @type {string[]} */
  const names = [];
  const saving = app.saveExport("peers", "csv");
  made[0].say({ type: "file", id: made[0].asked().id, blob: new Blob(["a,b"]) });
  await saving;
  expect(names).toEqual(["a.peers.csv"]);
  click.mockRestore();
});

test("a browser that has no reader says so before anything is opened", async () => {
  const problem = { code: "no_wasm", detail: null, file: null };
  const { createWorker } = fakeWorkers();
  const client = new Client({ createWorker, loadModule: () => Promise.reject(problem) });
  const other = new App(client, () => sample());
  await settled();
  expect(other.reading.capture.value).toEqual({ status: "empty", problem });
  other.dispose();
});
