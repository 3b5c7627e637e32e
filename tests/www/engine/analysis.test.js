/**
 * Files through a session: what is told when, what stops it, and what is no capture.
 *
 * @vitest-environment node
 */
import { describe, expect, test } from "vitest";
import { Analysis } from "../../../www/engine/analysis";
import { FakeSession } from "../support/fake_session";

const MIB = 1 << 20;

/**
 * @param {string} name
 * @param {string | number} content text, or so many bytes
 */
function fileOf(name, content) {
  return new File([typeof content === "number" ? new Uint8Array(content) : content], name);
}

/** @param {FakeSession} session @param {File[]} files */
function analysisOf(session, files) {
  /** @type {import("../../../www/engine/messages").FromWorker[]} */
  const said = [];
  const analysis = new Analysis(session, files, (message) => said.push(message));
  const reports = () => said.flatMap((message) => (message.type === "report" ? [message.report] : []));
  return { analysis, said, reports };
}

describe("reading", () => {
  test("ends with one finished report of everything", async () => {
    const session = new FakeSession();
    const { analysis, reports } = analysisOf(session, [fileOf("a.pcap", 2 * MIB), fileOf("b.pcap", MIB)]);
    await analysis.run();
    expect(session.finished).toBe(true);
    expect(session.sources.map(({ name, read, ended }) => ({ name, read, ended }))).toEqual([
      { name: "a.pcap", read: 2 * MIB, ended: true },
      { name: "b.pcap", read: MIB, ended: true },
    ]);
    expect(reports().map(({ end }) => end)).toEqual(["finished"]);
    expect(reports()[0].progress.bytes).toBe(3 * MIB);
  });

  test("reports at most four times a second", async () => {
    const { analysis, reports } = analysisOf(slow(new FakeSession(), 30), [fileOf("a.pcap", 40 * MIB)]);
    const begun = performance.now();
    await analysis.run();
    const seconds = (performance.now() - begun) / 1000;
    expect(seconds).toBeGreaterThan(1);
    expect(reports().length).toBeGreaterThan(2);
    expect(reports().length).toBeLessThanOrEqual(seconds * 4 + 1);
  });
});

describe("stopping", () => {
  test("holds the reading with a report, and resuming goes on where it was", async () => {
    const session = slow(new FakeSession(), 5);
    const { analysis, reports } = analysisOf(session, [fileOf("a.pcap", 64 * MIB)]);
    const running = analysis.run();
    await new Promise((resolve) => setTimeout(resolve, 60));
    analysis.stop();
    await expect.poll(() => reports().at(-1)?.end).toBe("stopped");
    const { bytes } = session.progress();
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(64 * MIB);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(session.progress().bytes).toBe(bytes);
    analysis.resume();
    await running;
    expect(reports().at(-1)).toMatchObject({ end: "finished", progress: { bytes: 64 * MIB } });
  });
});

test("another share that confirms downloads is reported, also after the end", async () => {
  const { analysis, reports } = analysisOf(new FakeSession(), [fileOf("a.pcap", MIB)]);
  const running = analysis.run();
  analysis.confirmAt(90);
  await running;
  analysis.confirmAt(80);
  expect(reports().map(({ digest, end }) => [digest.swarm.threshold, end])).toEqual([
    ...reports()
      .slice(0, -2)
      .map(() => [90, null]),
    [90, "finished"],
    [80, "finished"],
  ]);
});

test("whose network a host is on is said at any time, and a report follows", async () => {
  const session = new FakeSession();
  const { analysis, reports } = analysisOf(session, [fileOf("a.pcap", MIB)]);
  await analysis.run();
  const before = reports().length;
  analysis.setLocal("192.168.1.10", false);
  analysis.setLocal("192.168.1.10", null);
  expect(session.locals).toEqual([
    ["192.168.1.10", false],
    ["192.168.1.10", undefined],
  ]);
  expect(reports().length).toBe(before + 2);
});

describe("files that are not captures", () => {
  test("one alone fails with its code", async () => {
    const { analysis, said } = analysisOf(new FakeSession(), [fileOf("notes.zip", "PK\x03\x04")]);
    await analysis.run();
    expect(said).toEqual([{ type: "failed", problem: { code: "not_a_capture", detail: "zip", file: "notes.zip" } }]);
  });

  test("an empty one fails, too", async () => {
    const { analysis, said } = analysisOf(new FakeSession(), [fileOf("a.pcap", "")]);
    await analysis.run();
    expect(said).toEqual([{ type: "failed", problem: { code: "empty", detail: null, file: "a.pcap" } }]);
  });

  test("one among several is told, and the others are read", async () => {
    const { analysis, reports } = analysisOf(new FakeSession(), [fileOf("notes.zip", "PK"), fileOf("a.pcap", MIB)]);
    await analysis.run();
    expect(reports().at(-1)).toMatchObject({
      end: "finished",
      progress: { bytes: MIB },
      problems: [{ code: "not_a_capture", detail: "zip", file: "notes.zip" }],
    });
  });
});

test("a file that cannot be read to its end still has a report", async () => {
  const file = fileOf("a.pcap", 0);
  let reads = 0;
  const slice = () => ({
    size: MIB,
    arrayBuffer: () => (reads++ === 0 ? Promise.resolve(new ArrayBuffer(MIB)) : Promise.reject(new Error("gone"))),
  });
  Object.defineProperties(file, { stream: { value: undefined }, slice: { value: slice }, size: { value: 4 * MIB } });
  const { analysis, reports } = analysisOf(new FakeSession(), [file]);
  await analysis.run();
  expect(reports().at(-1)).toMatchObject({
    end: "finished",
    progress: { bytes: MIB },
    problems: [{ code: "read_failed", detail: String(MIB), file: "a.pcap" }],
  });
});

test("a file that is not there any more fails", async () => {
  const file = fileOf("a.pcap", MIB);
  Object.defineProperty(file, "stream", {
    value: () => new ReadableStream({ type: "bytes", pull: () => Promise.reject() }),
  });
  const { analysis, said } = analysisOf(new FakeSession(), [file]);
  await analysis.run();
  expect(said).toEqual([{ type: "failed", problem: { code: "read_failed", detail: "0", file: "a.pcap" } }]);
});

test("what breaks the session is not taken for a bad file", async () => {
  const session = new FakeSession();
  session.push = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  const { analysis } = analysisOf(session, [fileOf("a.pcap", MIB)]);
  await expect(analysis.run()).rejects.toThrow("unreachable");
});

/**
 * A session that takes so many milliseconds for each MiB.
 * @param {FakeSession} session
 * @param {number} ms
 */
function slow(session, ms) {
  const push = session.push.bind(session);
  session.push = (source, chunk) => {
    const until = performance.now() + (ms * chunk.length) / MIB;
    while (performance.now() < until);
    push(source, chunk);
  };
  return session;
}

test("a file that goes away while it is read is told with its place, and the others go on", async () => {
  const session = new FakeSession();
  const gone = fileOf("gone.pcap", 3 * MIB);
  let reads = 0;
  gone.stream = () => {
    throw new TypeError("no byte streams");
  };
  const slice = gone.slice.bind(gone);
  gone.slice = (...range) => {
    reads += 1;
    const part = slice(...range);
    if (reads > 1) part.arrayBuffer = () => Promise.reject(new DOMException("changed", "NotReadableError"));
    return part;
  };
  const { analysis, reports } = analysisOf(session, [gone, fileOf("b.pcap", 2 * MIB)]);
  await analysis.run();
  const { problems, end } = /** @type {import("../../../www/engine/messages").Report} */ (reports().at(-1));
  expect(end).toBe("finished");
  expect(problems).toEqual([{ code: "read_failed", detail: String(3 * MIB), file: "gone.pcap" }]);
  expect(session.sources.map(({ read, ended }) => [read, ended])).toEqual([
    [3 * MIB, true],
    [2 * MIB, true],
  ]);
});
