/**
 * Writes the captures that are measured: the same bytes every time, of any size.
 *
 * `download`: peer wire over TCP: 40 connections, blocks of 16 KiB with random content, requests, haves, acknowledgements.
 * `dht`: get_peers queries and their answers, another node each time. Checksums are zero; times rise by 50 µs a frame.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";

const CONNECTIONS = 40;
const PIECES = 4000;
const BLOCK = 16384;
const BLOCKS_OF_A_PIECE = 4;
const SEGMENT = 1448;

const INFO_HASH = createHash("sha1").update("swarmscope bench").digest();
const EXTENSIONS = "d1:md11:ut_metadatai2e6:ut_pexi1ee1:v17:qBittorrent/4.6.5e";
const MONITORED = 0x0a000001;
const EPOCH_MICROS = 1_700_000_000_000_000;

const SYN = 0x02;
const ACK = 0x10;
const PUSH_ACK = 0x18;

/** @typedef {{ address: number, port: number }} Endpoint an IPv4 address as a number, and a port */

/**
 * A download of `bytes` bytes of capture.
 * @param {string} path
 * @param {number} bytes
 */
export function writeDownload(path, bytes) {
  const capture = new Capture(path);
  const flows = Array.from({ length: CONNECTIONS }, (_, n) => new Tcp(capture, monitored(42000 + n), other(n)));
  for (const flow of flows) greet(flow);
  while (capture.bytes < bytes) transferPiece(flows);
  capture.close();
}

/**
 * `packets` packets between one DHT node and as many others as there are pairs.
 * @param {string} path
 * @param {number} packets
 */
export function writeDht(path, packets) {
  const capture = new Capture(path);
  const node = monitored(6881);
  for (let n = 0; n < packets / 2; n++) {
    const transaction = Buffer.of(n >> 8, n);
    const query = [
      "d1:ad2:id20:",
      noise(20),
      "9:info_hash20:",
      noise(20),
      "e1:q9:get_peers1:t2:",
      transaction,
      "1:v4:LT\x02\x001:y1:qe",
    ];
    const answer = [
      "d2:ip6:",
      noise(6),
      "1:rd2:id20:",
      noise(20),
      "5:nodes208:",
      noise(208),
      "5:token4:tokne1:t2:",
      transaction,
      "1:v4:LT\x02\x001:y1:re",
    ];
    capture.datagram(node, other(n), joined(query));
    capture.datagram(other(n), node, joined(answer));
  }
  capture.close();
}

/** Handshakes, extension handshakes, what each has, and an unchoked peer.
 * @param {Tcp} flow */
function greet(flow) {
  const handshake = ["\x13BitTorrent protocol", Buffer.of(0, 0, 0, 0, 0, 0x10, 0, 5), INFO_HASH];
  const extended = message(20, "\0", EXTENSIONS);
  const haveNone = message(15);
  const bitfield = message(5, Buffer.alloc(PIECES / 8, 0xff));
  flow.send(0, joined([...handshake, "-qB4650-", noise(12), extended, haveNone]));
  flow.send(1, joined([...handshake, "-TR4040-", noise(12), extended, bitfield, message(1)]));
  flow.send(0, message(2));
}

/** Requests for one piece of one peer, its blocks, and haves to some of the others.
 * @param {Tcp[]} flows */
function transferPiece(flows) {
  const piece = below(PIECES);
  const blocks = Array.from({ length: BLOCKS_OF_A_PIECE }, (_, n) => joined([uint32(piece), uint32(n * BLOCK)]));
  const flow = flows[below(flows.length)];
  flow.send(0, joined(blocks.map((block) => message(6, block, uint32(BLOCK)))));
  flow.send(1, joined(blocks.map((block) => message(7, block, noise(BLOCK)))));
  for (let n = 0; n < 4; n++) flows[below(flows.length)].send(0, message(4, uint32(piece)));
}

/** A connection, whole from its first segment; each second segment is acknowledged. */
class Tcp {
  #capture;
  #ends;
  #sequence = [below(2 ** 32), below(2 ** 32)];

  /**
   * @param {Capture} capture
   * @param {Endpoint} originator
   * @param {Endpoint} responder
   */
  constructor(capture, originator, responder) {
    this.#capture = capture;
    this.#ends = [originator, responder];
    for (const [side, flags] of [
      [0, SYN],
      [1, SYN | ACK],
      [0, ACK],
    ])
      this.#segment(side, Buffer.alloc(0), flags);
  }

  /**
   * @param {number} side 0 for the originator, 1 for the responder
   * @param {Buffer} data
   */
  send(side, data) {
    for (let at = 0, n = 0; at < data.length; at += SEGMENT, n++) {
      this.#segment(side, data.subarray(at, at + SEGMENT), PUSH_ACK);
      if (n % 2 === 1) this.#segment(1 - side, Buffer.alloc(0), ACK);
    }
  }

  /**
   * @param {number} side
   * @param {Buffer} payload
   * @param {number} flags
   */
  #segment(side, payload, flags) {
    const [from, to] = [this.#ends[side], this.#ends[1 - side]];
    const header = Buffer.alloc(20);
    header.writeUInt16BE(from.port, 0);
    header.writeUInt16BE(to.port, 2);
    header.writeUInt32BE(this.#sequence[side], 4);
    header.writeUInt32BE(flags & ACK ? this.#sequence[1 - side] : 0, 8);
    header.writeUInt16BE(0x5000 | flags, 12);
    header.writeUInt16BE(65535, 14);
    this.#capture.packet(from, to, 6, header, payload);
    this.#sequence[side] = (this.#sequence[side] + payload.length + (flags & SYN ? 1 : 0)) >>> 0;
  }
}

/** A classic pcap file of Ethernet frames. */
class Capture {
  bytes = 0;
  #file;
  #frames = 0;
  #held = Buffer.alloc(4 << 20);
  #used = 0;

  /** @param {string} path */
  constructor(path) {
    this.#file = openSync(path, "w");
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262144, 16);
    header.writeUInt32LE(1, 20);
    this.#put(header);
  }

  /**
   * @param {Endpoint} from
   * @param {Endpoint} to
   * @param {Buffer} payload
   */
  datagram(from, to, payload) {
    const header = Buffer.alloc(8);
    header.writeUInt16BE(from.port, 0);
    header.writeUInt16BE(to.port, 2);
    header.writeUInt16BE(8 + payload.length, 4);
    this.packet(from, to, 17, header, payload);
  }

  /**
   * @param {Endpoint} from
   * @param {Endpoint} to
   * @param {number} protocol
   * @param {Buffer} header of the transport
   * @param {Buffer} payload
   */
  packet(from, to, protocol, header, payload) {
    const micros = EPOCH_MICROS + 50 * this.#frames++;
    const length = 20 + header.length + payload.length;
    const start = Buffer.alloc(16 + 14 + 20);
    start.writeUInt32LE(Math.floor(micros / 1e6), 0);
    start.writeUInt32LE(micros % 1e6, 4);
    start.writeUInt32LE(14 + length, 8);
    start.writeUInt32LE(14 + length, 12);
    start.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0], 16);
    start.writeUInt16BE(length, 32);
    start.writeUInt16BE(this.#frames & 0xffff, 34);
    start.writeUInt16BE(0x4000, 36);
    start.set([64, protocol], 38);
    start.writeUInt32BE(from.address, 42);
    start.writeUInt32BE(to.address, 46);
    for (const part of [start, header, payload]) this.#put(part);
  }

  close() {
    this.#flush();
    closeSync(this.#file);
  }

  /** @param {Buffer} part */
  #put(part) {
    if (this.#used + part.length > this.#held.length) this.#flush();
    this.#used += part.copy(this.#held, this.#used);
    this.bytes += part.length;
  }

  #flush() {
    writeSync(this.#file, this.#held, 0, this.#used);
    this.#used = 0;
  }
}

/** @param {number} port @returns {Endpoint} the host whose traffic is captured */
function monitored(port) {
  return { address: MONITORED, port };
}

/**
 * The nth of the others. Its port is one that no protocol has registered: TShark takes a registered one for that protocol.
 * @param {number} n
 * @returns {Endpoint}
 */
function other(n) {
  return { address: 0x0b000000 + n, port: 49152 + ((n * 7919) % 16384) };
}

/**
 * A peer-wire message.
 * @param {number} kind
 * @param {...(string | Buffer)} parts
 */
function message(kind, ...parts) {
  const body = joined(parts);
  return joined([uint32(1 + body.length), Buffer.of(kind), body]);
}

/** @param {(string | Buffer)[]} parts */
function joined(parts) {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

/** @param {number} value */
function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

let state = 0x9e3779b9;

/** @param {number} limit @returns {number} the next of a fixed series of numbers below `limit` (xorshift) */
function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return Math.floor(((state >>> 0) / 2 ** 32) * limit);
}

const NOISE = Buffer.from(Uint8Array.from({ length: 1 << 20 }, () => below(256)));

/** @param {number} length @returns {Buffer} bytes without meaning */
function noise(length) {
  const at = below(NOISE.length - length);
  return NOISE.subarray(at, at + length);
}
