/**
 * What is asked of the reader that reads under pseudonyms, and when it is ended.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { Client } from "../../../www/engine/client";
import { App } from "../../../www/state/app";
import { fakeWorkers } from "../support/fake_worker";

const PROGRESS = { bytes: 50, bytes_total: 100, frames: 10, first_time: null, last_time: null };
const FILES = [new File(["x"], "a.pcap")];

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
  app.reading.open(FILES);
  await settled();
  return () => app.dispose();
});

/** The worker that reads under pseudonyms. */
const reader = () => /** @type {typeof made[number]} */ (made.find((worker) => worker.types().includes("anonymise")));

async function begun() {
  app.anonymous.begin();
  const reading = app.anonymous.read();
  await settled();
  return reading;
}

describe("the key", () => {
  test("is drawn once, and may be another's", () => {
    app.anonymous.begin();
    const first = app.anonymous.key.value;
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    app.anonymous.begin();
    expect(app.anonymous.key.value).toBe(first);
    app.anonymous.draw();
    expect(app.anonymous.key.value).not.toBe(first);
    app.anonymous.use("secret");
    expect(app.anonymous.isKey()).toBe(false);
    app.anonymous.use(` ${"aB".repeat(32)}\n`);
    expect(app.anonymous.isKey()).toBe(true);
  });
});

describe("a reading under pseudonyms", () => {
  test("is a reader's of its own, which then writes", async () => {
    app.confirmAt(90);
    app.setLocal("192.0.2.1", true);
    const reading = begun();
    await settled();
    const asked = reader().asked();
    expect(asked).toMatchObject({
      files: FILES,
      given: [],
      threshold: 90,
      local: [["192.0.2.1", true]],
      torrents: false,
    });
    expect(asked.key).toBe(app.anonymous.key.value);
    expect(made.indexOf(reader())).not.toBe(0);
    reader().say({ type: "progress", progress: PROGRESS });
    expect(app.anonymous.state.value).toEqual({ status: "reading", progress: PROGRESS });
    await expect(app.anonymous.exported("report", "json")).rejects.toThrow();
    reader().say({ type: "anonymised", id: asked.id, problems: [] });
    await reading;
    expect(app.anonymous.state.value).toEqual({ status: "ready" });
    const file = app.anonymous.exported("hosts", "csv");
    expect(reader().asked()).toMatchObject({ type: "export", view: "hosts", format: "csv" });
    reader().say({ type: "file", id: reader().asked().id, blob: new Blob(["text"]) });
    expect(await (await file).text()).toBe("text");
  });

  test("is given up with its reader, by hand, for another key and for another capture", async () => {
    for (const giveUp of [
      () => app.anonymous.cancel(),
      () => app.anonymous.draw(),
      () => app.anonymous.replaceTorrents(true),
      () => app.reading.open([new File(["y"], "b.pcap")]),
    ]) {
      const reading = begun();
      await settled();
      const worker = made.findLast((worker) => worker.types().includes("anonymise"));
      giveUp();
      await reading;
      expect(worker?.ended).toBe(true);
      expect(app.anonymous.state.value).toEqual({ status: "off" });
    }
  });

  test("says why there is nothing", async () => {
    const reading = begun();
    await settled();
    reader().say({ type: "failed", problem: { code: "worker_gone", detail: null, file: null } });
    await reading;
    expect(app.anonymous.state.value.status).toBe("failed");
  });
});
