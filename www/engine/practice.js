/**
 * A made-up capture, for the analyzer to practise on: connections over which blocks are asked for and come, and queries of the DHT with their answers.
 */

const SEGMENT_BYTES = 1448;
const BLOCK_BYTES = 16384;
const PIECES = 64;
const CONNECTIONS = 4;
const BLOCKS = 24;
const QUERIES = 240;

const [ACK, SYN_ACK, SYN] = [0x10, 0x12, 0x02];

/** Where the capture was made, and where another host is. */
const HERE = { address: [10, 0, 0, 1], port: 6881 };
const there = (/** @type {number} */ n) => ({ address: [203, 0, 113, 1 + (n % 250)], port: 10_000 + n });

/** @typedef {typeof HERE} Endpoint */

/** @returns {Uint8Array} the bytes of a pcap file */
export function practiceCapture() {
  const frames = new Frames();
  for (let n = 0; n < CONNECTIONS; n++) converse(new Connection(frames, { ...HERE, port: 50_000 + n }, there(n)));
  for (let n = 0; n < QUERIES; n++) {
    const transaction = String.fromCharCode(97 + (n % 26), 97 + ((n >> 4) % 26));
    const id = (/** @type {number} */ seed) => noise(20, n * seed + 1);
    frames.datagram(HERE, there(n), [
      ...[
        "d1:ad2:id20:",
        id(3),
        "9:info_hash20:",
        id(5),
        "e1:q9:get_peers1:t2:",
        transaction,
        "1:v4:LT\x02\x001:y1:qe",
      ],
    ]);
    frames.datagram(there(n), HERE, [
      ...[
        "d2:ip6:",
        noise(6, n),
        "1:rd2:id20:",
        id(7),
        "5:nodes208:",
        noise(208, n),
        "5:token4:tokne1:t2:",
        transaction,
      ],
      "1:v4:LT\x02\x001:y1:re",
    ]);
  }
  return frames.file();
}

/**
 * Handshakes, what each has, and blocks.
 * @param {Connection} connection
 */
function converse(connection) {
  const handshake = ["\x13BitTorrent protocol", [0, 0, 0, 0, 0, 0, 0, 4], noise(20, 1)];
  connection.send(0, [...handshake, "-qB4650-practising00", message(15), message(2)]);
  connection.send(1, [
    ...handshake,
    "-TR4040-practising01",
    message(5, new Uint8Array(PIECES / 8).fill(255)),
    message(1),
  ]);
  for (let n = 0; n < BLOCKS; n++) {
    const block = [...uint32(n % PIECES), ...uint32(0)];
    connection.send(0, [message(6, [...block, ...uint32(BLOCK_BYTES)])]);
    connection.send(1, [message(7, joined([block, noise(BLOCK_BYTES, n)]))]);
    connection.send(0, [message(4, uint32(n % PIECES))]);
  }
}

/** The frames of a pcap file, over Ethernet and IPv4. */
class Frames {
  /** @type {Uint8Array[]} */
  #parts = [joined([[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0], new Uint8Array(8), [0, 0, 4, 0, 1, 0, 0, 0]])];
  #count = 0;

  file() {
    return joined(this.#parts);
  }

  /** @param {Endpoint} from @param {Endpoint} to @param {Part[]} payload */
  datagram(from, to, payload) {
    const data = joined(payload);
    this.packet(from, to, 17, joined([uint16(from.port), uint16(to.port), uint16(8 + data.length), uint16(0), data]));
  }

  /** @param {Endpoint} from @param {Endpoint} to @param {number} protocol @param {Uint8Array} data */
  packet(from, to, protocol, data) {
    const micros = 100 * this.#count++;
    const length = 20 + data.length;
    const captured = uint32(14 + length).reverse();
    const seconds = uint32(1_700_000_000 + Math.floor(micros / 1e6)).reverse();
    const address = [...from.address, ...to.address];
    this.#parts.push(
      joined([
        seconds,
        uint32(micros % 1e6).reverse(),
        captured,
        captured,
        [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0],
      ]),
      joined([uint16(length), uint16(this.#count), uint16(0x4000), [64, protocol, 0, 0], address, data]),
    );
  }
}

/** A connection over TCP, of which each second segment is acknowledged. */
class Connection {
  #frames;
  #ends;
  #sequences = [1000, 2000];

  /** @param {Frames} frames @param {Endpoint} originator @param {Endpoint} responder */
  constructor(frames, originator, responder) {
    this.#frames = frames;
    this.#ends = [originator, responder];
    this.#segment(0, SYN, new Uint8Array());
    this.#segment(1, SYN_ACK, new Uint8Array());
  }

  /** @param {number} side 0 for the originator @param {Part[]} parts */
  send(side, parts) {
    const data = joined(parts);
    for (let at = 0; at < data.length; at += SEGMENT_BYTES) {
      this.#segment(side, ACK, data.subarray(at, at + SEGMENT_BYTES));
      if ((at / SEGMENT_BYTES) % 2 === 1) this.#segment(1 - side, ACK, new Uint8Array());
    }
  }

  /** @param {number} side @param {number} flags @param {Uint8Array} data */
  #segment(side, flags, data) {
    const [from, to] = [this.#ends[side], this.#ends[1 - side]];
    const numbers = [...uint32(this.#sequences[side]), ...uint32(flags === SYN ? 0 : this.#sequences[1 - side])];
    const header = [uint16(from.port), uint16(to.port), numbers, [0x50, flags, 255, 255, 0, 0, 0, 0]];
    this.#frames.packet(from, to, 6, joined([...header, data]));
    this.#sequences[side] += flags === ACK ? data.length : 1;
  }
}

/** @typedef {string | number[] | Uint8Array} Part text of bytes, or bytes */

/** @param {number} kind @param {number[] | Uint8Array} [body] of a message */
function message(kind, body = []) {
  return joined([uint32(1 + body.length), [kind], body]);
}

/** @param {Part[]} parts */
function joined(parts) {
  const bytes = parts.map((part) =>
    typeof part === "string" ? Array.from(part, (letter) => letter.charCodeAt(0)) : part,
  );
  const whole = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {number} number */
function uint16(number) {
  return [(number >> 8) & 255, number & 255];
}

/** @param {number} number */
function uint32(number) {
  return [(number >>> 24) & 255, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
}

/** Bytes without meaning, the same for the same seed. @param {number} length @param {number} seed */
function noise(length, seed) {
  const bytes = new Uint8Array(length);
  let state = Math.imul(seed + 1, 0x9e3779b1);
  for (let at = 0; at < length; at++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
