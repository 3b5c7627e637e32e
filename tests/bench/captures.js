/**
 * Writes the captures that are measured: the same bytes every time, of any size.
 *
 * `download`: peer wire over TCP: 40 connections, blocks of 16 KiB with random content, requests, haves, acknowledgements.
 * `dht`: get_peers queries and their answers, another node each time.
 * `peers`: peers of one torrent that connect, say what they have, and go; every tenth comes back and has everything.
 */
import { createHash } from "node:crypto";
import { below, Capture, joined, monitored, noise, other, Tcp, uint32 } from "./frames.js";

const CONNECTIONS = 40;
const PIECES = 4000;
const BLOCK = 16384;
const BLOCKS_OF_A_PIECE = 4;

const INFO_HASH = createHash("sha1").update("swarmscope bench").digest();
const EXTENSIONS = "d1:md11:ut_metadatai2e6:ut_pexi1ee1:v17:qBittorrent/4.6.5e";

/** What a torrent is of which peers say what they have. */
const DICTIONARY_PIECES = 256;
const DICTIONARY = joined([
  `d6:lengthi${DICTIONARY_PIECES << 18}e4:name5:bench12:piece lengthi${1 << 18}e6:pieces${DICTIONARY_PIECES * 20}:`,
  Buffer.alloc(DICTIONARY_PIECES * 20, "a piece's hash, not."),
  "e",
]);
const DICTIONARY_HASH = createHash("sha1").update(DICTIONARY).digest();
const WITH_METADATA = `d1:md11:ut_metadatai2ee13:metadata_sizei${DICTIONARY.length}e1:pi6881e1:v17:qBittorrent/4.6.5e`;

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

/**
 * `peers` peers of a torrent, whose info dictionary the first of them sends.
 * @param {string} path
 * @param {number} peers
 */
export function writePeers(path, peers) {
  const capture = new Capture(path);
  /** @param {number} n @param {number} port of its own for this connection @param {number} pieces that it has */
  const visit = (n, port, pieces) => {
    const flow = new Tcp(capture, { ...other(n), port }, monitored(6881));
    const id = joined(["-qB4650-", Buffer.alloc(8), uint32(n)]);
    flow.send(0, joined([handshake(DICTIONARY_HASH), id, message(20, "\0", WITH_METADATA), bitfield(pieces)]));
    flow.send(
      1,
      joined([handshake(DICTIONARY_HASH), "-TR4040-", Buffer.alloc(12), message(20, "\0", EXTENSIONS), message(15)]),
    );
    if (n === 0) {
      flow.send(1, message(20, "\x02d8:msg_typei0e5:piecei0ee"));
      flow.send(0, message(20, `\x02d8:msg_typei1e5:piecei0e10:total_sizei${DICTIONARY.length}ee`, DICTIONARY));
    }
    flow.close();
  };
  for (let n = 0; n < peers; n++) {
    visit(n, 49152 + (n % 8192), below(DICTIONARY_PIECES));
    // It comes back when a thousand others have been here.
    const again = n - 1000;
    if (again >= 0 && again % 10 === 0) visit(again, 57344 + (n % 8192), DICTIONARY_PIECES);
  }
  capture.close();
}

/** @param {number} pieces the first ones, which it has */
function bitfield(pieces) {
  const bits = Buffer.alloc(DICTIONARY_PIECES / 8);
  for (let piece = 0; piece < pieces; piece++) bits[piece >> 3] |= 0x80 >> (piece & 7);
  return message(5, bits);
}

/** @param {Buffer} infoHash @returns {Buffer} all but the peer ID */
function handshake(infoHash) {
  return joined(["\x13BitTorrent protocol", Buffer.of(0, 0, 0, 0, 0, 0x10, 0, 5), infoHash]);
}

/** Handshakes, extension handshakes, what each has, and an unchoked peer.
 * @param {Tcp} flow */
function greet(flow) {
  const extended = message(20, "\0", EXTENSIONS);
  const haveNone = message(15);
  const everything = message(5, Buffer.alloc(PIECES / 8, 0xff));
  flow.send(0, joined([handshake(INFO_HASH), "-qB4650-", noise(12), extended, haveNone]));
  flow.send(1, joined([handshake(INFO_HASH), "-TR4040-", noise(12), extended, everything, message(1)]));
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

/**
 * A peer-wire message.
 * @param {number} kind
 * @param {...(string | Buffer)} parts
 */
function message(kind, ...parts) {
  const body = joined(parts);
  return joined([uint32(1 + body.length), Buffer.of(kind), body]);
}
