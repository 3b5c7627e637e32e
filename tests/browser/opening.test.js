/**
 * Captures come in by every way there is, and what is no capture is told.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { builtPage, choose, close, ready, rowsOf, textOf } from "./built_page.js";
import { bootstrap, sample } from "./captures.js";

const open = builtPage();

describe("a capture", () => {
  test("is read when it is dropped on the window", async () => {
    const page = await open({ hash: "#init" });
    const bytes = [...bootstrap(["dht", "example", "org"], "LT\x02\x01")];
    await page.evaluate((content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(content)], "dropped.pcap"));
      for (const type of ["dragenter", "dragover", "drop"])
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
    }, bytes);
    await ready(page);
    assert.equal(await textOf(page, ".capture-name"), "dropped.pcap");
    const [row] = await rowsOf(page, "Bootstrap nodes");
    assert.deepEqual(row.slice(0, 3), ["dht.example.org", "212.204.75.229", "6881"]);
    await close(page);
  });

  test("is read when it is chosen, and another one takes its place", async () => {
    const page = await open({ hash: "#init" });
    await choose(page, [{ name: "first.pcap", buffer: bootstrap(["dht", "one", "org"], "LT\x02\x01") }]);
    await ready(page);
    await choose(page, [{ name: "second.pcap", buffer: bootstrap(["dht", "two", "org"], "LT\x02\x01") }]);
    await page.locator(".capture-name", { hasText: "second.pcap" }).waitFor();
    await ready(page);
    assert.equal((await rowsOf(page, "Bootstrap nodes"))[0][0], "dht.two.org");
    await close(page);
  });

  test("may be in several files, one of which is none", async () => {
    const page = await open({ hash: "#init" });
    await choose(page, [
      { name: "notes.txt", buffer: Buffer.from("Things to do today.\n") },
      { name: "a.pcap", buffer: bootstrap(["dht", "one", "org"], "LT\x02\x01") },
      { name: "b.pcapng", buffer: await sample() },
    ]);
    await ready(page);
    assert.equal(await textOf(page, ".capture-name"), "notes.txt and 2 more");
    assert.equal(
      await textOf(page, ".notice"),
      "notes.txt is not a capture: it is text. Save the capture itself, as pcap or pcapng, not a printout of its packets.",
    );
    assert.equal((await rowsOf(page, "Bootstrap nodes")).length, 7);
    await close(page);
  });

  test("that is cut has its report, and the finding that says so", async () => {
    const page = await open({ hash: "#init" });
    const whole = await sample();
    await choose(page, [{ name: "cut.pcapng", buffer: whole.subarray(0, whole.length - 700) }]);
    await ready(page);
    assert.equal((await rowsOf(page, "Bootstrap nodes")).length, 6);
    await page.keyboard.press("0");
    assert.match(await textOf(page, ".findings li"), /Problem.*The file ends inside a record/);
    await close(page);
  });

  test("without any BitTorrent in it says that", async () => {
    const page = await open();
    await choose(page, [{ name: "header.pcap", buffer: bootstrap(["example", "org"], "LT\x02\x01").subarray(0, 24) }]);
    await ready(page);
    assert.match(await textOf(page, "h1"), /^No BitTorrent seen here/);
    assert.match(await textOf(page, ".answers + .caption"), /No BitTorrent in this capture/);
    await close(page);
  });
});

describe("the sample", () => {
  test("opens at once at #sample, and says first who runs BitTorrent", async () => {
    const page = await open({ hash: "#sample" });
    await ready(page);
    assert.match(await textOf(page, "h1"), /^What BitTorrent did here/);
    assert.match(
      await textOf(page, ".answers dd"),
      /^One of two local hosts exchanged data: 192\.168\.1\.10 \(libtorrent/,
    );
    assert.equal((await rowsOf(page, "Hosts that run BitTorrent")).length, 1);
    await close(page);
  });

  test("opens at once, and shows what its client did", async () => {
    const page = await open({ hash: "#sample/init" });
    await ready(page);
    assert.match(
      await textOf(page, ".view-title p"),
      /^How 192\.168\.1\.10 found its first DHT nodes: five names asked, six addresses tried, three answered/,
    );
    assert.deepEqual((await rowsOf(page, "Bootstrap nodes")).map(([name]) => name).sort(), [
      "dht.aelitis.com",
      "dht.libtorrent.org",
      "dht.transmissionbt.com",
      "dht.transmissionbt.com",
      "router.bittorrent.com",
      "router.utorrent.com",
    ]);
    await close(page);
  });

  test("opens by its button, and the address remembers it and the view", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Open the sample" }).click();
    await ready(page);
    await page.getByRole("link", { name: "Download" }).click();
    assert.match(page.url(), /#sample\/download$/);
    await page.reload();
    await ready(page);
    assert.equal(await textOf(page, "h1"), "Download");
    assert.equal((await rowsOf(page, "Torrents")).length, 2);
    await page.goBack();
    assert.match(await textOf(page, "h1"), /^What BitTorrent did here/);
    await close(page);
  });
});

describe("what is no capture", () => {
  for (const [name, content, sentence] of /** @type {const} */ ([
    ["notes.txt", "Things to do today.\n", "notes.txt is not a capture: it is text."],
    ["logs.zip", "PK\x03\x04\x14\0\0\0\x08\0", "logs.zip is not a capture: it begins as a ZIP archive."],
    [
      "a.pcap.gz",
      "\x1f\x8b\x08\x08\0\0\0\0",
      "a.pcap.gz is not a capture: it is compressed with gzip, and no capture came out.",
    ],
    [
      "sun.snoop",
      "snoop\0\0\0\0\0\0\x07\0\0\0\x04",
      "sun.snoop is a snoop capture of another version, which is not read here.",
    ],
    ["nothing.pcap", "", "nothing.pcap is empty: it has no bytes at all."],
    [
      "noise.bin",
      "\x8f\xee\x01\xd2\x99\x80\xfe\x0c\x17\xd1",
      "noise.bin is not a capture: it begins as no capture does that is read here.",
    ],
  ]))
    test(`${name} is told, with what to do, and the page goes on`, async () => {
      const page = await open();
      await choose(page, [{ name, buffer: Buffer.from(content, "latin1") }]);
      const told = await textOf(page, ".trouble");
      assert.ok(told.startsWith(sentence), told);
      assert.ok(told.length > sentence.length + 10, "a remedy follows");
      await choose(page, [{ name: "a.pcap", buffer: bootstrap(["dht", "one", "org"], "LT\x02\x01") }]);
      await ready(page);
      await close(page);
    });

  test("does not take the report before it away", async () => {
    const page = await open({ hash: "#sample/init" });
    await ready(page);
    await choose(page, [{ name: "logs.zip", buffer: Buffer.from("PK\x03\x04") }]);
    await page.getByText("The capture before it still stands.").waitFor();
    assert.equal((await rowsOf(page, "Bootstrap nodes")).length, 6);
    await close(page);
  });

  test("is told gently when it is not even a file", async () => {
    const page = await open();
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData("text/plain", "192.168.1.10");
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
    });
    assert.match(await textOf(page, ".notice"), /^That is not a file\./);
    await close(page);
  });
});
