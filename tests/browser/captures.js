/**
 * Captures for the tests: the sample, and small ones made frame by frame.
 */
import { readFile } from "node:fs/promises";

const SAMPLE = new URL("../../www/public/sample.pcapng", import.meta.url);
const ETHERNET = 1;
const CLIENT = "192.168.1.10";
const RESOLVER = "192.168.1.1";

/** The sample that lies beside the page. */
export function sample() {
  return readFile(SAMPLE);
}

/** @typedef {{ from: string, to: string, payload: Buffer }} Datagram endpoints as "1.2.3.4:5" */

/**
 * Datagrams as a classic pcap file, a millisecond apart.
 * @param {Datagram[]} datagrams
 */
export function pcap(datagrams) {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262144, 16);
  header.writeUInt32LE(ETHERNET, 20);
  const records = datagrams.map((datagram, index) => {
    const frame = frameOf(datagram);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(1_795_175_099, 0);
    record.writeUInt32LE(index * 1000, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return Buffer.concat([record, frame]);
  });
  return Buffer.concat([header, ...records]);
}

/**
 * A client that looks up a name, asks its address for peers, and is answered by a node that says so much of itself.
 * @param {string[]} name its labels
 * @param {string} version four characters
 */
export function bootstrap(name, version) {
  const node = "212.204.75.229";
  const id = "abcdefghij0123456789";
  const question = dnsQuestion(name);
  const asked = Buffer.concat([Buffer.from([0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]), question]);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...node.split(".").map(Number)]);
  const answer = Buffer.concat([Buffer.from([0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]), question, record]);
  const query = `d1:ad2:id20:${id}9:info_hash20:${id}e1:q9:get_peers1:t2:aa1:y1:qe`;
  const response = `d1:rd2:id20:${id}5:nodes0:e1:t2:aa1:v4:${version}1:y1:re`;
  return pcap([
    { from: `${CLIENT}:40000`, to: `${RESOLVER}:53`, payload: asked },
    { from: `${RESOLVER}:53`, to: `${CLIENT}:40000`, payload: answer },
    { from: `${CLIENT}:6881`, to: `${node}:6881`, payload: Buffer.from(query) },
    { from: `${node}:6881`, to: `${CLIENT}:6881`, payload: Buffer.from(response) },
  ]);
}

/** @param {string[]} labels */
function dnsQuestion(labels) {
  const name = labels.flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([...name, 0, 0, 1, 0, 1]);
}

/** @param {Datagram} datagram */
function frameOf({ from, to, payload }) {
  const [source, sourcePort] = from.split(":");
  const [target, targetPort] = to.split(":");
  const ethernet = Buffer.from("0200000000020200000000010800", "hex");
  const ip = Buffer.alloc(20);
  ip.writeUInt8(0x45, 0);
  ip.writeUInt16BE(28 + payload.length, 2);
  ip.writeUInt8(64, 8);
  ip.writeUInt8(17, 9);
  ip.set(source.split(".").map(Number), 12);
  ip.set(target.split(".").map(Number), 16);
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(Number(sourcePort), 0);
  udp.writeUInt16BE(Number(targetPort), 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([ethernet, ip, udp, payload]);
}
