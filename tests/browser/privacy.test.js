/**
 * Nothing leaves the page, and nothing that a capture holds becomes part of it: tried from inside, against another host that would answer.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { builtPage, choose, close, ready, rowsOf } from "./built_page.js";
import { bootstrap } from "./captures.js";

const open = builtPage();
const PROVOKED = /Content Security Policy|violates the following|Refused to|Failed to (load|fetch)|TrustedHTML/;

/** Another host, which answers anyone. */
let other = "";
/** @type {string[]} what it was asked */
const asked = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.writeHead(200, { "access-control-allow-origin": "*", "content-type": "text/javascript" }).end("0");
});
before(async () => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  other = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`;
});
after(() => server.close());

/**
 * Tries to reach a host in one way, and says which policy forbade it. Runs in the page or in the worker.
 * @param {{ url: string, way: string }} attempt
 * @returns {Promise<string>} the directive, or that none forbade it
 */
async function attempt({ url, way }) {
  const forbidden = new Promise((resolve) =>
    addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), { once: true }),
  );
  /** @type {Record<string, () => unknown>} */
  const ways = {
    fetch: () => fetch(url),
    "no-cors fetch": () => fetch(url, { mode: "no-cors" }),
    XMLHttpRequest: () =>
      new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.onload = resolve;
        request.onerror = reject;
        request.open("GET", url);
        request.send();
      }),
    beacon: () => navigator.sendBeacon(url, "x"),
    WebSocket: () =>
      new Promise((resolve, reject) =>
        Object.assign(new WebSocket(url.replace("http", "ws")), { onopen: resolve, onerror: reject }),
      ),
    EventSource: () =>
      new Promise((resolve, reject) => Object.assign(new EventSource(url), { onopen: resolve, onerror: reject })),
    import: () => import(url),
    image: () =>
      new Promise((resolve, reject) => Object.assign(new Image(), { onload: resolve, onerror: reject, src: url })),
    script: () => document.head.append(Object.assign(document.createElement("script"), { src: url })),
    stylesheet: () =>
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: url })),
    frame: () => document.body.append(Object.assign(document.createElement("iframe"), { src: url })),
    form: () => {
      const form = Object.assign(document.createElement("form"), { action: url, method: "post" });
      document.body.append(form);
      form.submit();
    },
  };
  // What was forbidden is told at once; whatever comes of it otherwise is told later.
  const later = (/** @type {string} */ outcome) => new Promise((resolve) => setTimeout(() => resolve(outcome), 1000));
  const reached = Promise.resolve()
    .then(ways[way])
    .then(
      () => later("reached"),
      () => later("not forbidden, but failed"),
    );
  return /** @type {Promise<string>} */ (Promise.race([forbidden, reached]));
}

const FROM_THE_PAGE = /** @type {const} */ ([
  ["fetch", "connect-src"],
  ["no-cors fetch", "connect-src"],
  ["XMLHttpRequest", "connect-src"],
  ["beacon", "connect-src"],
  ["WebSocket", "connect-src"],
  ["EventSource", "connect-src"],
  ["import", "script-src-elem"],
  ["image", "img-src"],
  ["script", "require-trusted-types-for"],
  ["stylesheet", "style-src-elem"],
  ["frame", "frame-src"],
  ["form", "form-action"],
]);

const FROM_THE_WORKER = FROM_THE_PAGE.slice(0, 7).filter(([way]) => way !== "beacon");

describe("another host", () => {
  test("would answer whoever may ask", async () => {
    const response = await fetch(`${other}control`);
    assert.equal(await response.text(), "0");
    assert.ok(asked.includes("/control"));
  });

  for (const [way, directive] of FROM_THE_PAGE)
    test(`is out of reach of the page by ${way}`, async () => {
      const page = await open({ hash: "#sample", expected: PROVOKED });
      await ready(page);
      const url = `${other}page-${encodeURIComponent(way)}`;
      assert.equal(await page.evaluate(attempt, { url, way }), directive);
      await page.context().close();
    });

  for (const [way, directive] of FROM_THE_WORKER)
    test(`is out of reach of the worker by ${way}`, async () => {
      const page = await open({ hash: "#sample", expected: PROVOKED });
      await ready(page);
      for (const worker of page.workers()) {
        const url = `${other}worker-${encodeURIComponent(way)}`;
        assert.match(await worker.evaluate(attempt, { url, way }), new RegExp(way === "import" ? "-src" : directive));
      }
      assert.ok(page.workers().length > 0);
      await page.context().close();
    });

  test("was never asked by either", () => {
    assert.deepEqual(
      asked.filter((url) => url !== "/control"),
      [],
    );
  });
});

test("the worker and the page are all there is: no frame, no other script, no store", async () => {
  const page = await open({ hash: "#sample" });
  await ready(page);
  assert.equal(page.frames().length, 1);
  const kept = await page.evaluate(async () => ({
    cookies: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  assert.deepEqual(kept, { cookies: "", local: [], session: [], databases: 0, caches: 0, workers: 0 });
  await close(page);
});

test("the policy lets no text become markup", async () => {
  const page = await open({ hash: "#sample", expected: PROVOKED });
  await ready(page);
  const refused = await page.evaluate(() => {
    try {
      // eslint-disable-next-line no-restricted-syntax -- what must be refused
      document.body.innerHTML = "<b>bold</b>";
      return "taken";
    } catch (error) {
      return error instanceof TypeError ? "refused" : String(error);
    }
  });
  assert.equal(refused, "refused");
  await page.context().close();
});

test("a name that would like to be markup is text", async () => {
  const page = await open({ hash: "#init" });
  const label = "<img src=x onerror=name=1>";
  await choose(page, [{ name: "<b>hostile<b>.pcap", buffer: bootstrap(["router", label, "org"], "<b>\0") }]);
  await ready(page);
  const [row] = await rowsOf(page, "Bootstrap nodes");
  assert.equal(row[0], `router.${label}.org`);
  await page.locator(".table-body [role=row]").first().click();
  await page.locator(".detail").waitFor();
  await page.keyboard.press("2");
  await rowsOf(page, "DHT nodes that answered");
  assert.equal(await page.locator("img, #page script, b").count(), 0);
  assert.equal(await page.evaluate(() => name), "");
  await close(page);
});
