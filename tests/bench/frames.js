/**
 * What a capture is written with: frames, connections, and bytes without meaning, which are the same for every writing of a capture. Checksums
 * are zero; times rise by 50 µs a frame.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const SEGMENT = 1448;
const MONITORED = 0x0a000001;
const EPOCH_MICROS = 1_700_000_000_000_000;

const FIN = 0x01;
const SYN = 0x02;
const PUSH = 0x08;
const ACK = 0x10;

/** @typedef {{ address: number, port: number }} Endpoint an IPv4 address as a number, and a port */

/** A classic pcap file of Ethernet frames. */
export class Capture {
  bytes = 0;
  #file;
  #frames = 0;
  #held = Buffer.alloc(4 << 20);
  #used = 0;

  /** @param {string} path */
  constructor(path) {
    state = SEED;
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

/** A connection, whole from its first segment; each second segment is acknowledged. */
export class Tcp {
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
      this.#segment(side, data.subarray(at, at + SEGMENT), PUSH | ACK);
      if (n % 2 === 1) this.#segment(1 - side, Buffer.alloc(0), ACK);
    }
  }

  /** Both ends say that they have nothing more to say. */
  close() {
    for (const side of [0, 1]) this.#segment(side, Buffer.alloc(0), FIN | ACK);
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
    this.#sequence[side] = (this.#sequence[side] + payload.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
  }
}

/** @param {number} port @returns {Endpoint} the host whose traffic is captured */
export function monitored(port) {
  return { address: MONITORED, port };
}

/**
 * The nth of the others. Its port is one that no protocol has registered: TShark takes a registered one for that protocol.
 * @param {number} n
 * @returns {Endpoint}
 */
export function other(n) {
  return { address: 0x0b000000 + n, port: 49152 + ((n * 7919) % 16384) };
}

/** @param {(string | Buffer)[]} parts */
export function joined(parts) {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

/** @param {number} value */
export function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const SEED = 0x9e3779b9;
let state = SEED;

/** @param {number} limit @returns {number} the next of a fixed series of numbers below `limit` (xorshift) */
export function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return Math.floor(((state >>> 0) / 2 ** 32) * limit);
}

const NOISE = Buffer.from(Uint8Array.from({ length: 1 << 20 }, () => below(256)));

/** @param {number} length @returns {Buffer} bytes without meaning */
export function noise(length) {
  const at = below(NOISE.length - length);
  return NOISE.subarray(at, at + length);
}
