/**
 * The client with workers that do nothing by themselves: who is told what, and who is ended when.
 */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Client } from "../../../www/engine/client";
import { ReaderGone } from "../../../www/engine/reader";
import { digestOf } from "../support/digests";
import { fakeWorkers } from "../support/fake_worker";

const MODULE = /** @type {WebAssembly.Module} */ ({});
const FILES = [new File(["x"], "a.pcap")];
const PROGRESS = { bytes: 1, bytes_total: 1, frames: 1, first_time: null, last_time: null };
const QUERY = /** @type {const} */ ({ table: "nodes", sort: "", descending: false, filter: "", from: 0, count: 1 });

/** @param {import("../../../www/engine/messages").End} end */
const report = (end) => ({
  type: /** @type {const} */ ("report"),
  report: { digest: digestOf({}), progress: PROGRESS, problems: [], end, memory: 0 },
});

/** @type {ReturnType<typeof fakeWorkers>["made"]} */
let made;
/** @type {Client} */
let client;

/** @param {() => Promise<WebAssembly.Module>} [loadModule] */
async function start(loadModule = async () => MODULE) {
  const workers = fakeWorkers();
  made = workers.made;
  client = new Client({ createWorker: workers.createWorker, loadModule });
  await settled();
}

/** Lets promises have their turn. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

function listener() {
  return { onProgress: vi.fn(), onReport: vi.fn(), onFailed: vi.fn(), onLost: vi.fn() };
}

beforeEach(() => start());

describe("opening", () => {
  test("a warm worker takes the files, and the next one is made ready once there is something to show", async () => {
    expect(made[0].types()).toEqual(["start"]);
    client.open(FILES, listener());
    await settled();
    expect(made[0].told).toEqual([
      { type: "start", module: MODULE },
      { type: "open", files: FILES, given: [], whole: false },
    ]);
    expect(made).toHaveLength(1);
    made[0].say(report(null));
    await settled();
    expect(made[1].types()).toEqual(["start"]);
  });

  test("a worker practises while it waits, and never beside one that reads", async () => {
    client.practise();
    await settled();
    client.open(FILES, listener());
    await settled();
    expect(made[0].types()).toEqual(["start", "practise", "open"]);
    made[0].say(report("finished"));
    client.practise();
    await settled();
    expect(made[1].types()).toEqual(["start"]);
  });

  test("torrents are looked at while a capture is read", async () => {
    client.open(FILES, listener());
    client.checked([]).catch(() => {});
    await settled();
    expect(made[1].types()).toEqual(["start", "check"]);
  });

  test("what is read is told to whoever opened it", async () => {
    const heard = listener();
    client.open(FILES, heard);
    made[0].say({ type: "ready" });
    made[0].say({ type: "progress", progress: PROGRESS });
    made[0].say(report("finished"));
    expect(heard.onProgress).toHaveBeenCalledWith(PROGRESS);
    expect(heard.onReport).toHaveBeenCalledWith(report("finished").report);
  });

  test("without an analyzer it fails with the reason", async () => {
    const problem = { code: "no_wasm", detail: null, file: null };
    await start(() => Promise.reject(problem));
    const heard = listener();
    client.open(FILES, heard);
    await settled();
    expect(heard.onFailed).toHaveBeenCalledWith(problem);
  });

  test("a spare worker that has died is replaced", async () => {
    made[0].onerror?.();
    client.open(FILES, listener());
    await settled();
    expect(made[0].ended).toBe(true);
    expect(made[1].types()).toEqual(["start", "open"]);
  });

  test("another capture ends one that is still being read", () => {
    client.open(FILES, listener());
    client.open(FILES, listener());
    expect(made[0].ended).toBe(true);
  });

  test("the capture before stays until the next one proves to be one", async () => {
    client.open(FILES, listener());
    made[0].say(report("finished"));
    client.open(FILES, listener());
    expect(made[0].ended).toBe(false);
    made[1].say(report(null));
    expect(made[0].ended).toBe(true);
  });

  test("the capture before answers again when the next one is none", async () => {
    client.open(FILES, listener());
    made[0].say(report("finished"));
    client.open(FILES, listener());
    made[1].say({ type: "failed", problem: { code: "empty", detail: null, file: "b" } });
    expect([made[0].ended, made[1].ended]).toEqual([false, true]);
    client.rows(QUERY);
    expect(made[0].asked()).toMatchObject({ type: "rows", query: QUERY });
  });
});

describe("questions", () => {
  test("a study is asked for by its torrent, and is nothing where there is none", async () => {
    client.open(FILES, listener());
    const study = client.torrentStudy("ab");
    const asked = made[0].asked();
    expect(asked).toMatchObject({ type: "torrent_study", torrent: "ab" });
    made[0].say({ type: "torrent_study", id: asked.id, study: null });
    expect(await study).toBe(null);
  });

  test("answers find their question, in any order", async () => {
    client.open(FILES, listener());
    const rows = client.rows(QUERY);
    const first = made[0].asked();
    const map = client.pieceMap("ab");
    const second = made[0].asked();
    const answer = { pieces: 0, runs: [], contributors: [], others: 0, other_bytes: 0 };
    made[0].say({ type: "piece_map", id: second.id, map: answer });
    made[0].say({ type: "rows", id: first.id, window: { total: 7, matched: 7, rows: [] } });
    expect(await map).toBe(answer);
    expect(await rows).toMatchObject({ total: 7 });
  });

  test("nobody waits for a reader that is gone", async () => {
    const heard = listener();
    client.open(FILES, heard);
    made[0].say(report("finished"));
    const asked = client.exported("init", "csv", "");
    made[0].onerror?.();
    await expect(asked).rejects.toBeInstanceOf(ReaderGone);
    expect(heard.onFailed).toHaveBeenCalledWith({ code: "worker_gone", detail: null, file: null });
    await expect(client.rows(QUERY)).rejects.toBeInstanceOf(ReaderGone);
    expect(made[0].ended).toBe(true);
  });
});

describe("stopping", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  test("a reader that answers is kept, and can go on", () => {
    const heard = listener();
    client.open(FILES, heard);
    client.stop();
    made[0].say(report("stopped"));
    vi.advanceTimersByTime(1000);
    expect(made[0].ended).toBe(false);
    expect(heard.onLost).not.toHaveBeenCalled();
    client.resume();
    expect(made[0].asked()).toEqual({ type: "resume" });
  });

  test("a reader that does not answer in time is ended, and the spare one takes the next capture", async () => {
    const heard = listener();
    client.open(FILES, heard);
    made[0].say(report(null));
    client.stop();
    vi.advanceTimersByTime(299);
    expect(made[0].ended).toBe(false);
    vi.advanceTimersByTime(2);
    expect(made[0].ended).toBe(true);
    expect(heard.onLost).toHaveBeenCalledOnce();
    made[0].say(report("stopped"));
    expect(heard.onReport).toHaveBeenCalledOnce();
    client.open(FILES, listener());
    await vi.runAllTimersAsync();
    expect(made[1].types()).toEqual(["start", "open"]);
  });
});
