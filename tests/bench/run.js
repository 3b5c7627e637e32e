/**
 * Measures the command line and the page, in one run with what they are compared to, and writes target/bench/report.md.
 *
 * Two captures: a download over TCP (300 MB) and DHT traffic (a million packets), made once. Four contestants on each: the command line;
 * TShark exporting the fields from which pieces and DHT nodes can be listed; the page in Chromium; and a bare page that reads the file and
 * does nothing with it. They take turns, so that a busy moment of the machine meets all of them. Then the same captures compressed, how the
 * command line and the page grow with a torrent's peers, a file of twenty gigabytes, and how fast pieces are verified. `make bench` builds
 * what is measured; `node tests/bench/run.js BYTES` measures only verifying, on so many bytes of payload.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { Browser } from "./browser.js";
import { writeDht, writeDownload, writePeers } from "./captures.js";
import { measureGrowth, PEERS } from "./growth.js";
import { measurePacked, packedSection } from "./packed.js";
import { writePayload } from "./payload.js";
import { growthSection, section, verifyingSection } from "./report.js";
import { measureSize } from "./size.js";
import { AIMS, measureVerifying, PAYLOAD_BYTES } from "./verifying.js";

/** @import { Result, Subject } from "./report.js" */

const ROOT = resolve(import.meta.dirname, "../..");
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
const OUT = join(TARGET, "bench");
const SWARMSCOPE = join(TARGET, "release/swarmscope");
const UNPACK = join(TARGET, "release/examples/unpack");
const TSHARK = tsharkVersion();

/** How often each is measured: TShark takes longer than all others together. */
const RUNS = { native: 15, page: 15, reading: 15, tshark: 3 };

/**
 * `fields`: TShark's display filter and the fields it exports.
 * @type {(Subject & { write: (path: string) => void, fields: string[] })[]}
 */
const SUBJECTS = [
  {
    name: "download",
    write: (path) => writeDownload(path, 300_000_000),
    fields: [
      ...["-Y", "bittorrent.info_hash or bittorrent.msg.type == 7"],
      ...["-e", "ip.src", "-e", "tcp.srcport", "-e", "ip.dst", "-e", "tcp.dstport"],
      ...["-e", "bittorrent.info_hash", "-e", "bittorrent.piece.index"],
    ],
    aims: { tshark: 20, page: 0.6, memory: 64 },
  },
  {
    name: "dht",
    write: (path) => writeDht(path, 1_000_000),
    fields: ["-Y", "bt-dht", "-e", "ip.src", "-e", "udp.srcport", "-e", "bt-dht.bencoded.string"],
    // Half a million nodes are half a million rows of the report, so its memory is told but not aimed at.
    aims: { tshark: 20, page: 0.25, memory: null },
  },
];

/** What captures are written by: those of an earlier version are written anew. */
const WRITERS = ["captures.js", "frames.js", "payload.js"];

/** Bytes of payload that are verified: another number where only that is to be measured. */
const ONLY_PAYLOAD = Number(process.argv[2]) || null;

const browser = await Browser.launch(join(ROOT, "dist"));
try {
  mkdirSync(OUT, { recursive: true });
  const sections = [];
  const packed = [];
  for (const subject of ONLY_PAYLOAD ? [] : SUBJECTS) {
    const capture = captureOf(subject);
    sections.push(section(subject, statSync(capture).size, await measure(subject, capture)));
    packed.push(...(await measurePacked({ swarmscope: SWARMSCOPE, unpack: UNPACK }, browser, subject.name, capture)));
  }
  const growths = [];
  for (const peers of ONLY_PAYLOAD ? [] : PEERS) {
    const capture = captureOf({ name: `peers-${peers}`, write: (path) => writePeers(path, peers) });
    growths.push(await measureGrowth(SWARMSCOPE, browser, peers, capture));
  }
  const verified = [];
  const payload = ONLY_PAYLOAD ?? PAYLOAD_BYTES;
  for (const version of /** @type {const} */ ([1, 2])) {
    const name = `payload-${version}-${payload}`;
    const capture = captureOf({ name, write: (path) => writePayload(path, payload, version) });
    verified.push(await measureVerifying(SWARMSCOPE, browser, version, payload, capture));
  }
  const rest = ONLY_PAYLOAD ? [] : [packedSection(packed), growthSection(growths), await measureSize(browser)];
  const report = [heading(), ...sections, ...rest, verifyingSection(verified, AIMS)].join("\n");
  writeFileSync(join(OUT, "report.md"), report);
  process.stdout.write(report);
} finally {
  await browser.close();
}

/**
 * A capture, written unless it is there already.
 * @param {{ name: string, write: (path: string) => void }} subject
 */
function captureOf({ name, write }) {
  const path = join(OUT, `${name}.pcap`);
  const written = Math.max(...WRITERS.map((file) => statSync(join(import.meta.dirname, file)).mtimeMs));
  if (!existsSync(path) || statSync(path).mtimeMs < written) {
    write(`${path}.part`);
    renameSync(`${path}.part`, path);
    if (existsSync(`${path}.part.torrent`)) renameSync(`${path}.part.torrent`, `${path}.torrent`);
  }
  readFileSync(path); // so that the first contestant, too, finds it in the page cache
  return path;
}

/**
 * @param {typeof SUBJECTS[number]} subject
 * @param {string} capture
 * @returns {Promise<Result[]>} of those that could run
 */
async function measure({ name, fields }, capture) {
  const contestants = [
    { who: /** @type {const} */ ("native"), once: async () => timed(SWARMSCOPE, [capture, "--json"]) },
    { who: /** @type {const} */ ("page"), once: () => browser.measure("page", capture) },
    { who: /** @type {const} */ ("reading"), once: () => browser.measure("reading", capture) },
    {
      who: /** @type {const} */ ("tshark"),
      once: async () => timed("tshark", ["-r", capture, "-T", "fields", ...fields]),
    },
  ].filter(({ who }) => TSHARK !== null || who !== "tshark");

  /** @type {Result[]} */
  const results = contestants.map(({ who }) => ({ who, seconds: [], memory: 0 }));
  for (let round = 0; round < Math.max(...Object.values(RUNS)); round++) {
    for (const [at, { who, once }] of contestants.entries()) {
      if (round >= RUNS[who]) continue;
      const { seconds, memory } = await once();
      results[at].seconds.push(seconds);
      results[at].memory = Math.max(results[at].memory, memory);
      process.stderr.write(`${name}, ${who}: ${seconds.toFixed(3)} s\n`);
    }
  }
  return results;
}

/**
 * How long a command takes, its output thrown away.
 * @param {string} command
 * @param {string[]} words
 */
function timed(command, words) {
  const start = performance.now();
  const run = spawnSync(command, words, { stdio: ["ignore", "ignore", "pipe"] });
  const seconds = (performance.now() - start) / 1000;
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`${command} ended with ${run.status}: ${run.stderr}`);
  return { seconds, memory: 0 };
}

/** @returns {string | null} null where it is not installed */
function tsharkVersion() {
  try {
    const said = execFileSync("tshark", ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return said.split("\n")[0].split(" (Git")[0].replace(/\.$/, "");
  } catch {
    return null;
  }
}

function heading() {
  const machine = `${cpus().length} × ${cpus()[0].model}`;
  const tshark = TSHARK ?? "TShark is not installed, so nothing is compared to it (Debian: apt-get install tshark)";
  return `# Benchmark\n\n${machine}; Chromium ${browser.version}; ${tshark}.\n`;
}
