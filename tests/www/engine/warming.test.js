/**
 * Practising: what is read, by the analyzer itself, and when it ends.
 *
 * @vitest-environment node
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { practiceCapture } from "../../../www/engine/practice";
import { Warming } from "../../../www/engine/warming";
import { initSync, Session } from "../../../www/engine/wasm/swarmscope.js";
import { FakeSession } from "../support/fake_session";

const PACKAGE = new URL("../../../www/engine/wasm/swarmscope_bg.wasm", import.meta.url);

/** Sessions that count how often they are made and freed. */
function trials() {
  const count = { made: 0, freed: 0 };
  const make = () => {
    count.made += 1;
    return Object.assign(new FakeSession(), { free: () => void (count.freed += 1) });
  };
  return { count, make };
}

test("the made-up capture holds connections, blocks and DHT traffic, all of which is read", () => {
  initSync({ module: readFileSync(PACKAGE) });
  const session = /** @type {import("../../../www/engine/warming").Trial} */ (new Session());
  const capture = practiceCapture();
  session.add_file("practice", capture.length);
  session.push(0, capture);
  session.end(0);
  session.finish();
  const { findings, coverage, messages } = session.digest();
  expect(findings).toEqual([]);
  const { decoded, resynchronised, lost, truncated, encrypted } = coverage;
  expect(decoded).toBeGreaterThan(1_500_000);
  expect([resynchronised, lost, truncated, encrypted]).toEqual([0, 0, 0, 0]);
  expect(messages).toMatchObject({
    dht: { query: 240, response: 240 },
    peer_wire: { handshake: 8, request: 96, piece: 96 },
  });
  session.free();
});

test("practising ends when somebody comes, and leaves nothing behind", async () => {
  const { count, make } = trials();
  const warming = new Warming(make);
  const running = warming.run();
  warming.stop();
  await running;
  expect(count).toEqual({ made: 1, freed: 1 });
});

test("practising ends by itself", async () => {
  const { count, make } = trials();
  await new Warming(make).run();
  expect(count.made).toBeGreaterThan(1);
  expect(count.freed).toBe(count.made);
});
