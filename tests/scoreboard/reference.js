/**
 * What is in a capture that lost nothing: the truth of the lab's captures.
 *
 * A reader without haste. TShark only takes the packets apart; each direction of a connection is put together as a whole, and is read from
 * its handshake to its end by the lengths alone. Nothing is guessed: a stream with a hole, a message of a kind that does not exist and one
 * of an extension that nobody announced are errors. What is encrypted to its end has no handshake and is not read.
 */
import { rows } from "./tshark.js";
import { Utp } from "./utp.js";

/** @import { Counts } from "./tshark.js" */

const FILTER = ["-n", "-Y", "not icmp and not icmpv6 and (tcp.len > 0 or udp)"];
const FIELDS = [
  ...["tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.payload"],
  ...["ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "udp.srcport", "udp.dstport", "udp.payload"],
];

const HANDSHAKE = Buffer.from("\x13BitTorrent protocol", "latin1");
/** How far into a stream a handshake may stand: behind a key exchange that agreed on no encryption. */
const LATEST_HANDSHAKE = 2000;
const CONNECT = Buffer.from("0000041727101980", "hex");
/** Where the lab's web server has the files of torrents. */
const WEB_SEED = "/seed/";
const PORT_CONTROL = ["5350", "5351"];

/** The messages of the peer wire protocol by their number. */
const PEER_WIRE = [
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
];
Object.assign(PEER_WIRE, {
  13: "suggest_piece",
  14: "have_all",
  15: "have_none",
  16: "reject_request",
  17: "allowed_fast",
});
Object.assign(PEER_WIRE, { 20: "extended", 21: "hash_request", 22: "hashes", 23: "hash_reject" });

const UT_METADATA = ["request", "data", "reject"];
const UT_HOLEPUNCH = ["rendezvous", "connect", "error"];
const TRACKER = ["connect", "announce", "scrape", "error"];
const DHT = /** @type {Record<string, string>} */ ({ q: "query", r: "response", e: "error" });

/**
 * @param {string} capture
 * @returns {Promise<Counts>} messages by kind
 */
export async function read(capture) {
  const reader = new Reader();
  await rows(["-r", capture, ...FILTER], FIELDS, (row) => reader.take(row));
  return reader.finish();
}

class Reader {
  /** @type {Counts} */
  #counts = {};
  /** Segments by direction: `STREAM SOURCE DESTINATION`. */
  #segments = /** @type {Map<string, Map<number, Buffer>>} */ (new Map());
  #utp = new Utp();
  /** Endpoints that were asked to connect as trackers are. */
  #trackers = new Set();

  /** @param {Record<string, string[]>} row */
  take(row) {
    const source = [...row["ip.src"], ...row["ipv6.src"], ...row["tcp.srcport"], ...row["udp.srcport"]].join(":");
    const destination = [...row["ip.dst"], ...row["ipv6.dst"], ...row["tcp.dstport"], ...row["udp.dstport"]].join(":");
    const payload = row["tcp.payload"][0] ?? row["udp.payload"][0];
    if (payload === undefined) return;
    const bytes = Buffer.from(payload, "hex");
    if (row["tcp.payload"].length > 0) {
      const direction = `${row["tcp.stream"][0]} ${source} ${destination}`;
      const parts = this.#segments.get(direction) ?? new Map();
      this.#segments.set(
        direction,
        parts.set(Number(row["tcp.seq"][0]), longer(parts.get(Number(row["tcp.seq"][0])), bytes)),
      );
      return;
    }
    this.#datagram(bytes, source, destination, [row["udp.srcport"][0], row["udp.dstport"][0]]);
  }

  finish() {
    const streams = new Map(
      [...this.#segments].map(([direction, parts]) => [direction, joined(direction, parts, 2 ** 32)]),
    );
    const connections = this.#utp.finish((kind) => this.#count(`utp.${kind}`));
    for (const [direction, parts] of connections) streams.set(direction, joined(direction, parts, null));
    for (const [direction, bytes] of streams) {
      const [stream, source, destination] = direction.split(" ");
      this.#stream(direction, bytes, streams.get(`${stream} ${destination} ${source}`) ?? Buffer.alloc(0));
    }
    return this.#counts;
  }

  /** @param {string} kind */
  #count(kind) {
    this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
  }

  /** @param {Buffer} bytes @param {string} source @param {string} destination @param {string[]} ports */
  #datagram(bytes, source, destination, ports) {
    const text = bytes.toString("latin1");
    const response = (/** @type {boolean} */ is) => (is ? "response" : "request");
    if (ports.includes("53")) return this.#count(`dns.${(bytes[2] & 0x80) > 0 ? "response" : "query"}`);
    if (ports.some((port) => PORT_CONTROL.includes(port))) {
      return this.#count(`${bytes[0] === 0 ? "nat_pmp" : "pcp"}.${response((bytes[1] & 0x80) > 0)}`);
    }
    if (text.startsWith("BT-SEARCH * HTTP/1.1\r\n")) return this.#count("lsd.announce");
    if (text.startsWith("M-SEARCH ") && text.includes("InternetGatewayDevice")) return this.#count("upnp.search");
    if (bytes.subarray(0, 8).equals(CONNECT) && bytes.length === 16) this.#trackers.add(destination);
    if (this.#trackers.has(destination)) return this.#count(`udp_tracker.${TRACKER[bytes.readUInt32BE(8)]}_request`);
    if (this.#trackers.has(source)) return this.#count(`udp_tracker.${TRACKER[bytes.readUInt32BE(0)]}_response`);
    if (text.startsWith("d")) {
      const type = dictionary(bytes).get("y");
      if (type && type.toString() in DHT) return this.#count(`dht.${DHT[type.toString()]}`);
    }
    this.#utp.take(bytes, source, destination);
  }

  /** @param {string} direction @param {Buffer} bytes @param {Buffer} other what the other end sent */
  #stream(direction, bytes, other) {
    if (/^(GET|POST) /.test(bytes.toString("latin1", 0, 5))) return this.#http(bytes, other);
    const start = bytes.subarray(0, LATEST_HANDSHAKE).indexOf(HANDSHAKE);
    if (start < 0) return;
    const names = extensionNames(other);
    this.#count("peer_wire.handshake");
    let at = start + 68;
    while (at + 4 <= bytes.length) {
      const length = bytes.readUInt32BE(at);
      const message = bytes.subarray(at + 4, at + 4 + length);
      if (length === 0) this.#count("peer_wire.keep_alive");
      else if (message.length > 0) this.#peerWire(direction, message, length, names);
      at += 4 + length;
    }
  }

  /** @param {string} direction @param {Buffer} message @param {number} length @param {Map<number, string>} names */
  #peerWire(direction, message, length, names) {
    const name = PEER_WIRE[message[0]];
    if (!name || length > 1 << 20) throw new Error(`${direction}: message ${message[0]} of ${length} bytes`);
    this.#count(`peer_wire.${name}`);
    if (name !== "extended" || message.length < 2 || message[1] === 0) return;
    const extension = names.get(message[1]);
    if (!extension) throw new Error(`${direction}: no extension ${message[1]}`);
    const body = message.subarray(2);
    if (extension === "ut_metadata") {
      this.#count(`ut_metadata.${UT_METADATA[Number(dictionary(body).get("msg_type"))]}`);
    } else if (extension === "ut_holepunch") {
      this.#count(`ut_holepunch.${UT_HOLEPUNCH[body[0]]}`);
    } else {
      this.#count(`${extension}.${extension === "ut_pex" ? "pex" : extension}`);
    }
  }

  /** Requests in their order, and an answer to each of which the other end sent one. @param {Buffer} bytes @param {Buffer} other */
  #http(bytes, other) {
    const requests = bytes
      .toString("latin1")
      .matchAll(/(?:^|\r\n\r\n|<\/s:Envelope>\s*|\n)(GET|POST) (\S+) HTTP\/1\.[01]\r\n(.*?\r\n)(?=\r\n)/gs);
    const answers = [...other.toString("latin1").matchAll(/HTTP\/1\.[01] \d{3}/g)].length;
    for (const [number, [, , uri, head]] of [...requests].entries()) {
      const tracker = /[?&]info_hash=/.test(uri) ? `http_tracker.${/scrape/.test(uri) ? "scrape" : "announce"}` : null;
      const seed = uri.startsWith(WEB_SEED) ? "web_seed" : null;
      const mapping = /soapaction:[^\r]*#(Add|Delete)(Any)?PortMapping/i.test(head) ? "upnp" : null;
      const both = [
        ...(tracker ? [`${tracker}_request`, `${tracker}_response`] : []),
        ...[seed, mapping].flatMap((protocol) => (protocol ? [`${protocol}.request`, `${protocol}.response`] : [])),
      ];
      both.slice(0, number < answers ? 2 : 1).forEach((name) => this.#count(name));
    }
  }
}

/** @param {Buffer | undefined} one @param {Buffer} other */
function longer(one, other) {
  return one && one.length >= other.length ? one : other;
}

/**
 * The bytes of a direction, in order.
 * @param {string} direction
 * @param {Map<number, Buffer>} parts by where they begin: a byte's number, or with no `wrap` a packet's
 * @param {number | null} wrap how many bytes' numbers there are
 */
function joined(direction, parts, wrap) {
  const inOrder = [...parts].sort(([one], [other]) => one - other);
  const pieces = [];
  let next = inOrder[0][0];
  for (const [at, part] of inOrder) {
    if (at > next) throw new Error(`${direction}: nothing from ${next} to ${at}`);
    if (wrap === null) {
      pieces.push(part);
      next = at + 1;
    } else if (at + part.length > next) {
      pieces.push(part.subarray(next - at));
      next = at + part.length;
    }
  }
  return Buffer.concat(pieces);
}

/**
 * Under which numbers an end wants to be sent which extension: what its handshakes say.
 * @param {Buffer} bytes what it sent
 */
function extensionNames(bytes) {
  const names = new Map();
  let at = bytes.subarray(0, LATEST_HANDSHAKE).indexOf(HANDSHAKE) + 68;
  while (at >= 68 && at + 6 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    if (length > 2 && bytes[at + 4] === 20 && bytes[at + 5] === 0) {
      const named = dictionary(dictionary(bytes.subarray(at + 6, at + 4 + length)).get("m") ?? Buffer.from("de"));
      for (const [name, number] of named) names.set(Number(number), name);
    }
    at += 4 + length;
  }
  return names;
}

/**
 * The keys of a bencoded dictionary, with their values: the bytes of a string, the digits of a number, the whole of anything else.
 * @param {Buffer} bytes that begin with it
 */
function dictionary(bytes) {
  const found = /** @type {Map<string, Buffer>} */ (new Map());
  let at = 1;
  while (at < bytes.length && bytes[at] !== 0x65) {
    const key = value(bytes, at);
    const what = value(bytes, key.end);
    found.set(key.content.toString("latin1"), what.content);
    at = what.end;
  }
  return found;
}

/**
 * @param {Buffer} bytes
 * @param {number} at
 * @returns {{ content: Buffer, end: number }}
 */
function value(bytes, at) {
  const first = String.fromCharCode(bytes[at] ?? 0);
  if (first === "i") {
    const end = bytes.indexOf("e", at);
    return { content: bytes.subarray(at + 1, end), end: end + 1 };
  }
  if (first === "l" || first === "d") {
    let end = at + 1;
    while (end < bytes.length && bytes[end] !== 0x65) end = value(bytes, end).end;
    return { content: bytes.subarray(at, end + 1), end: end + 1 };
  }
  const colon = bytes.indexOf(":", at);
  const length = Number(bytes.toString("latin1", at, colon));
  if (colon < 0 || !Number.isInteger(length)) return { content: Buffer.alloc(0), end: bytes.length };
  return { content: bytes.subarray(colon + 1, colon + 1 + length), end: colon + 1 + length };
}
