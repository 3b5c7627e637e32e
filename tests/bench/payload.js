/**
 * Writes the captures of which pieces are verified: a torrent's whole content over TCP, and the `.torrent` file beside it.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { below, Capture, joined, monitored, noise, other, Tcp, uint32 } from "./frames.js";

const CONNECTIONS = 20;
const BLOCK = 16384;
const PIECE = 1 << 18;
const BASE = Buffer.concat([noise(PIECE / 2), noise(PIECE / 2)]);

/**
 * A download of a file of so many bytes, a whole number of pieces.
 * @param {string} path of the capture; the torrent is `path` with ".torrent"
 * @param {number} bytes
 * @param {1 | 2} version of the torrent
 */
export function writePayload(path, bytes, version) {
  const pieces = Math.floor(bytes / PIECE);
  const { info, torrent } = version === 1 ? first(pieces) : second(pieces);
  writeFileSync(`${path}.torrent`, torrent);
  const infoHash = createHash(version === 1 ? "sha1" : "sha256")
    .update(info)
    .digest()
    .subarray(0, 20);
  const capture = new Capture(path);
  const flows = Array.from({ length: CONNECTIONS }, (_, n) => new Tcp(capture, monitored(42000 + n), other(n)));
  const shake = joined(["\x13BitTorrent protocol", Buffer.alloc(8), infoHash]);
  for (const flow of flows) {
    flow.send(0, joined([shake, "-qB4650-", noise(12), message(2)]));
    flow.send(1, joined([shake, "-TR4040-", noise(12), message(1)]));
  }
  for (let index = 0; index < pieces; index += 1) {
    const [flow, piece] = [flows[below(flows.length)], pieceOf(index)];
    const places = Array.from({ length: PIECE / BLOCK }, (_, n) => joined([uint32(index), uint32(n * BLOCK)]));
    flow.send(0, joined(places.map((place) => message(6, place, uint32(BLOCK)))));
    const blocks = places.map((place, n) => message(7, place, piece.subarray(n * BLOCK, (n + 1) * BLOCK)));
    flow.send(1, joined(blocks));
  }
  capture.close();
}

/** @param {number} index */
function pieceOf(index) {
  BASE.writeUInt32BE(index, 0);
  BASE.writeUInt32BE(index, PIECE / 2);
  return BASE;
}

/** @param {number} pieces */
function first(pieces) {
  const hashes = Array.from({ length: pieces }, (_, index) => createHash("sha1").update(pieceOf(index)).digest());
  const head = `d6:lengthi${pieces * PIECE}e4:name9:bench.bin12:piece lengthi${PIECE}e6:pieces${pieces * 20}:`;
  const info = joined([head, ...hashes, "e"]);
  return { info, torrent: joined(["d4:info", info, "e"]) };
}

/** @param {number} pieces */
function second(pieces) {
  const layer = Array.from({ length: pieces }, (_, index) => {
    const piece = pieceOf(index);
    const leaves = Array.from({ length: PIECE / BLOCK }, (_, n) => sha256(piece.subarray(n * BLOCK, (n + 1) * BLOCK)));
    return rootOf(leaves, Buffer.alloc(32));
  });
  const absent = rootOf(Array(PIECE / BLOCK).fill(Buffer.alloc(32)), Buffer.alloc(32));
  const root = rootOf(layer, absent);
  const file = joined([`d9:bench.bind0:d6:lengthi${pieces * PIECE}e11:pieces root32:`, root, "eee"]);
  const info = joined(["d9:file tree", file, `12:meta versioni2e4:name9:bench.bin12:piece lengthi${PIECE}ee`]);
  const layers = joined(["12:piece layersd32:", root, `${layer.length * 32}:`, ...layer, "e"]);
  return { info, torrent: joined(["d4:info", info, layers, "e"]) };
}

/**
 * The root of a tree above these nodes, filled up to a power of two.
 * @param {Buffer[]} nodes
 * @param {Buffer} filling
 * @returns {Buffer}
 */
function rootOf(nodes, filling) {
  if (nodes.length === 1) return nodes[0];
  const pairs = [];
  for (let at = 0; at < nodes.length; at += 2) pairs.push(sha256(joined([nodes[at], nodes[at + 1] ?? filling])));
  return rootOf(pairs, sha256(joined([filling, filling])));
}

/** @param {Buffer} bytes */
function sha256(bytes) {
  return createHash("sha256").update(bytes).digest();
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
