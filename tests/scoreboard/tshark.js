/**
 * What TShark finds in a capture, asked as well as it can be asked.
 *
 * Every setting that is known to help is switched on. Those that help some captures and harm others (`SETTINGS`) are tried one after
 * another, and the caller takes whichever does best. What went by again is counted once, as Swarmscope counts: a segment of TCP that adds
 * no byte to its stream, and a packet of uTP whose number was there before. Messages that an ICMP error quotes are not counted.
 */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

/** @typedef {Record<string, number>} Counts messages by kind: `protocol.message`, as the report names them */

const ALWAYS = [
  ...["-n", "-Y", "not icmp and not icmpv6 and (tcp.len > 0 or udp)"],
  ...["-o", "tcp.desegment_tcp_streams:TRUE", "-o", "tcp.check_checksum:FALSE", "-o", "udp.check_checksum:FALSE"],
  ...["--enable-heuristic", "bittorrent_tcp", "--enable-heuristic", "bittorrent_dht_udp"],
  ...["--enable-heuristic", "bt_utp_udp"],
];

const OUT_OF_ORDER = ["-o", "tcp.reassemble_out_of_order:TRUE"];

const HEURISTICS_FIRST = ["-o", "tcp.try_heuristic_first:TRUE", "-o", "udp.try_heuristic_first:TRUE"];

/**
 * Whether segments are put in order first, whether the ports that are known to be BitTorrent's are called so (Decode As), and whether what
 * a packet looks like comes before what its port says.
 */
export const SETTINGS = [
  { name: "default", outOfOrder: false, decodeAs: false, heuristicsFirst: false },
  { name: "heuristics first", outOfOrder: false, decodeAs: false, heuristicsFirst: true },
  { name: "out of order", outOfOrder: true, decodeAs: false, heuristicsFirst: false },
  { name: "out of order, heuristics first", outOfOrder: true, decodeAs: false, heuristicsFirst: true },
  { name: "decode as", outOfOrder: false, decodeAs: true, heuristicsFirst: false },
  { name: "out of order, decode as", outOfOrder: true, decodeAs: true, heuristicsFirst: false },
];

const FIELDS = [
  ...["frame.protocols", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst"],
  ...["tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.len", "udp.srcport", "udp.dstport"],
  ...["bittorrent.protocol.name", "bittorrent.msg.length", "bittorrent.msg.type"],
  ...["bt-utp.type", "bt-utp.connection_id", "bt-utp.seq_nr"],
  ...["bt-dht.bencoded.string", "lsd.infohash", "nat-pmp.opcode", "portcontrol.request", "portcontrol.response"],
  ...["http.request.uri", "http.response_for.uri", "http.request.line", "xml.tag", "dns.flags.response"],
];

/** The messages of the peer wire protocol that TShark names by their number. */
const PEER_WIRE = new Map(
  [
    ...[
      "choke",
      "unchoke",
      "interested",
      "not_interested",
      "have",
      "bitfield",
      "request",
      "piece",
      "cancel",
      "port",
    ].entries(),
    ...[
      [13, "suggest_piece"],
      [14, "have_all"],
      [15, "have_none"],
      [16, "reject_request"],
      [17, "allowed_fast"],
    ],
    ...[
      [20, "extended"],
      [21, "hash_request"],
      [22, "hashes"],
      [23, "hash_reject"],
    ],
  ].map(([type, name]) => /** @type {const} */ ([String(type), String(name)])),
);

const UTP = ["data", "fin", "state", "reset", "syn"];
const DHT = /** @type {Record<string, string>} */ ({ q: "query", r: "response", e: "error" });

/** The first line of `tshark --version`; `null` where there is none. */
export function version() {
  const run = spawnSync("tshark", ["--version"], { encoding: "utf8" });
  return run.error ? null : run.stdout.split("\n")[0].replace(/ \(Git.*/, "");
}

/**
 * @param {string} capture
 * @param {typeof SETTINGS[number]} setting
 * @param {number[]} ports of TCP, that are known to be BitTorrent's
 * @returns {Promise<{ counts: Counts, ports: number[] }>} and the ports of connections in which it saw BitTorrent
 */
export async function ask(capture, setting, ports) {
  const words = ["-r", capture, ...ALWAYS, ...(setting.outOfOrder ? OUT_OF_ORDER : [])];
  if (setting.heuristicsFirst) words.push(...HEURISTICS_FIRST);
  if (setting.decodeAs) words.push(...ports.flatMap((port) => ["-d", `tcp.port==${port},bittorrent`]));
  const tally = new Tally();
  await rows(words, FIELDS, (row) => tally.take(row));
  return { counts: tally.counts, ports: [...tally.ports] };
}

/**
 * Lets TShark print these fields of every frame that `words` select.
 * @param {string[]} words
 * @param {string[]} fields
 * @param {(row: Record<string, string[]>) => void} each
 */
export async function rows(words, fields, each) {
  const form = [
    "-T",
    "fields",
    "-E",
    "separator=/t",
    "-E",
    "aggregator=|",
    ...fields.flatMap((field) => ["-e", field]),
  ];
  const tshark = spawn("tshark", [...words, ...form], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => tshark.on("close", resolve));
  for await (const line of createInterface({ input: tshark.stdout })) {
    const values = line.split("\t").map((value) => (value === "" ? [] : value.split("|")));
    each(Object.fromEntries(fields.map((field, at) => [field, values[at] ?? []])));
  }
  await ended;
}

/** Counts what is in the frames of one capture. */
class Tally {
  /** @type {Counts} */
  counts = {};
  /** @type {Set<number>} */
  ports = new Set();
  /** What each direction of a stream has shown: its bytes, and whether a message was seen in them. */
  #streams = /** @type {Map<string, { begin: number, end: number, messages: boolean }[]>} */ (new Map());
  #packets = new Set();

  /** @param {Record<string, string[]>} row */
  take(row) {
    const repeated = row["bt-utp.type"].length > 0 ? this.#utp(row) : this.#repeats(row);
    if (!repeated) this.#peerWire(row);
    this.#dht(row["bt-dht.bencoded.string"]);
    this.#count("lsd.announce", row["lsd.infohash"].length);
    for (const opcode of row["nat-pmp.opcode"]) this.#count(`nat_pmp.${Number(opcode) < 128 ? "request" : "response"}`);
    // "1" or "True", by version; one of the two stands in each message.
    this.#count("pcp.request", row["portcontrol.request"].length);
    this.#count("pcp.response", row["portcontrol.response"].length);
    if (repeated) return;
    const side = (/** @type {string} */ uri) =>
      /[?&]info_hash=/.test(uri) ? (/scrape/.test(uri) ? "scrape" : "announce") : null;
    for (const uri of row["http.request.uri"]) if (side(uri)) this.#count(`http_tracker.${side(uri)}_request`);
    for (const uri of row["http.response_for.uri"]) if (side(uri)) this.#count(`http_tracker.${side(uri)}_response`);
    for (const line of row["http.request.line"]) {
      if (/^soapaction:.*PortMapping"/i.test(line)) this.#count("upnp.request");
      if (/^ST:.*InternetGatewayDevice/i.test(line)) this.#count("upnp.search");
    }
    for (const tag of row["xml.tag"]) if (/PortMappingResponse/.test(tag)) this.#count("upnp.response");
    const isDns = /:udp:dns$/.test(row["frame.protocols"][0]);
    for (const response of isDns ? row["dns.flags.response"] : []) {
      this.#count(`dns.${/^(1|True)$/.test(response) ? "response" : "query"}`);
    }
  }

  /** @param {string} kind @param {number} [times] */
  #count(kind, times = 1) {
    if (times > 0) this.counts[kind] = (this.counts[kind] ?? 0) + times;
  }

  /** Counts a packet of uTP; answers whether it was there before. @param {Record<string, string[]>} row */
  #utp(row) {
    const type = UTP[Number(row["bt-utp.type"][0])];
    const ends = [
      row["ip.src"],
      row["ipv6.src"],
      row["udp.srcport"],
      row["ip.dst"],
      row["ipv6.dst"],
      row["udp.dstport"],
    ];
    const packet = [...ends, type, row["bt-utp.connection_id"], row["bt-utp.seq_nr"]].join();
    // A state packet acknowledges anew each time.
    const repeated = ["data", "fin", "syn"].includes(type) && this.#packets.has(packet);
    this.#packets.add(packet);
    if (!repeated) this.#count(`utp.${type}`);
    return repeated;
  }

  /** Whether a segment brings no new byte and its bytes have shown what they hold. @param {Record<string, string[]>} row */
  #repeats(row) {
    if (row["tcp.len"].length === 0) return false;
    const direction = `${row["tcp.stream"][0]} ${row["tcp.srcport"][0]}`;
    const begin = Number(row["tcp.seq"][0]);
    const end = begin + Number(row["tcp.len"][0]);
    const messages =
      row["bittorrent.msg.length"].length + row["bittorrent.protocol.name"].length + row["http.request.uri"].length > 0;
    if (messages && row["bittorrent.msg.length"].length > 0) this.ports.add(Number(row["tcp.dstport"][0]));
    let shown = this.#streams.get(direction);
    if (!shown) this.#streams.set(direction, (shown = []));
    const before = shown
      .filter((part) => part.begin < end && part.end > begin)
      .sort((one, other) => one.begin - other.begin);
    let at = begin;
    for (const part of before) if (part.begin <= at) at = Math.max(at, part.end);
    shown.push({ begin, end, messages });
    return at >= end && before.some((part) => part.messages);
  }

  /** @param {Record<string, string[]>} row */
  #peerWire(row) {
    this.#count("peer_wire.handshake", row["bittorrent.protocol.name"].length);
    this.#count("peer_wire.keep_alive", row["bittorrent.msg.length"].filter((length) => Number(length) === 0).length);
    for (const type of row["bittorrent.msg.type"]) this.#count(`peer_wire.${PEER_WIRE.get(type) ?? `type ${type}`}`);
  }

  /** @param {string[]} strings all keys and values of a message, in their order */
  #dht(strings) {
    if (strings.length === 0) return;
    const at = strings.findLastIndex((key, at) => key === "y" && strings[at + 1] in DHT);
    // Without a `y` that can be read, its first key says what it is.
    const type = at < 0 ? { a: "q", q: "q", r: "r", e: "e" }[strings[0]] : strings[at + 1];
    if (type) this.#count(`dht.${DHT[type]}`);
  }
}
