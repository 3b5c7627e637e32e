/**
 * Writes numbers.json anew: what TShark finds in every capture of the scoreboard, and what is truly in those whose truth is known.
 *
 *     node tests/scoreboard/refresh.js [FOLDER]
 *
 * FOLDER (../shared) holds `probes`, `lab` and `corpus`. TShark must be installed. Then `UPDATE_SCOREBOARD=1 cargo test --test scoreboard`
 * writes table.md anew.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { read } from "./reference.js";
import { SETTINGS, ask, version } from "./tshark.js";

/** @import { Counts } from "./tshark.js" */

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = resolve(process.argv[2] ?? join(ROOT, "../shared"));

/** The port of every probe's client, of which TShark is told; of other captures those where it found BitTorrent by itself. */
const PROBE_PORT = 51413;

/** Probes that lack bytes, which the reference reader refuses, and what their generator wrote beside the messages that their truth lists. */
const INCOMPLETE = /** @type {Record<string, Counts>} */ ({
  "05_loss.pcap": { "peer_wire.extended": 2 },
  "06_midstream.pcap": {},
  "09_snap96.pcap": {},
});

/** @typedef {{ truth: Counts | null, tshark: Record<string, Counts> }} Entry counts of TShark by setting, those that differ from earlier ones */

const tshark = version();
if (tshark === null) throw new Error("TShark is not installed");
/** @type {Record<string, Entry>} */
const captures = {};
for (const [name, truth] of [...(await probes()), ...(await lab()), ...corpus()]) {
  const counted = await countedByTshark(name);
  if (truth === null && Object.values(counted).every((counts) => Object.keys(counts).length === 0)) continue;
  captures[name] = { truth: truth && sorted(truth), tshark: counted };
  process.stderr.write(`${name}\n`);
}
writeFileSync(join(import.meta.dirname, "numbers.json"), `${JSON.stringify({ tshark, captures }, null, 2)}\n`);

/** @returns {Promise<[string, Counts | null][]>} */
async function probes() {
  const told = JSON.parse(readFileSync(join(FOLDER, "probes/truth.json"), "utf8"));
  return Promise.all(
    Object.entries(told).map(async ([name, protocols]) => {
      delete protocols.encrypted_flows;
      const listed = flat(protocols);
      const truth = INCOMPLETE[name] ?? (await read(join(FOLDER, "probes", name)));
      for (const [kind, count] of Object.entries(listed)) {
        if ((truth[kind] ?? count) !== count) throw new Error(`${name}: ${truth[kind]} ${kind}, not ${count}`);
      }
      return /** @type {[string, Counts]} */ ([`probes/${name}`, { ...truth, ...listed }]);
    }),
  );
}

/** @returns {Promise<[string, Counts | null][]>} */
async function lab() {
  const names = readdirSync(join(FOLDER, "lab")).filter((name) => name.endsWith(".pcapng"));
  /** @type {[string, Counts][]} */
  const found = [];
  for (const name of names.sort()) {
    const truth = await read(join(FOLDER, "lab", name));
    holdsWhatWasLogged(name, truth);
    found.push([`lab/${name}`, truth]);
  }
  return found;
}

/** @returns {[string, Counts | null][]} */
function corpus() {
  const index = JSON.parse(readFileSync(join(FOLDER, "corpus/index.json"), "utf8"));
  return index.files.map((/** @type {{ file: string }} */ { file }) => [`corpus/${file}`, null]);
}

/**
 * What the monitored client received is in the capture. What it says it sent may have met a closed connection, and what was encrypted
 * or came from a web seed is no message that could be read.
 * @param {string} name
 * @param {Counts} truth
 */
function holdsWhatWasLogged(name, truth) {
  const log = join(FOLDER, "lab", name.replace(".pcapng", ".wire.jsonl.gz"));
  if (name === "mse.pcapng" || !existsSync(log)) return;
  /** @type {Counts} */
  const received = {};
  for (const line of gunzipSync(readFileSync(log)).toString().trim().split("\n")) {
    const [, , endpoint, way, message] = JSON.parse(line);
    const kind = `peer_wire.${message.toLowerCase()}`;
    if (way === "in" && !endpoint.endsWith(":80") && kind in truth) received[kind] = (received[kind] ?? 0) + 1;
  }
  // The log has a line for each of the two halves of a handshake.
  delete received["peer_wire.handshake"];
  for (const [kind, count] of Object.entries(received)) {
    if (count > truth[kind])
      throw new Error(`${name}: the client logged ${count} ${kind}, and there are ${truth[kind]}`);
  }
}

/** @param {string} name @returns {Promise<Record<string, Counts>>} */
async function countedByTshark(name) {
  /** @type {Record<string, Counts>} */
  const found = {};
  let ports = name.startsWith("probes/") ? [PROBE_PORT] : [];
  for (const setting of SETTINGS) {
    if (setting.decodeAs && ports.length === 0) continue;
    const { counts, ports: seen } = await ask(join(FOLDER, name), setting, ports);
    if (!setting.decodeAs) ports = [...new Set([...ports, ...seen])];
    const ordered = sorted(counts);
    if (!Object.values(found).some((other) => JSON.stringify(other) === JSON.stringify(ordered)))
      found[setting.name] = ordered;
  }
  return found;
}

/** @param {Record<string, Counts>} protocols @returns {Counts} */
function flat(protocols) {
  const kinds = Object.entries(protocols).flatMap(([protocol, messages]) =>
    Object.entries(messages).map(([message, count]) => [`${protocol}.${message}`, count]),
  );
  return Object.fromEntries(kinds);
}

/** @param {Counts} counts @returns {Counts} in the order of their kinds */
function sorted(counts) {
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));
}
