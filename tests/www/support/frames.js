/**
 * A frame written by hand: a handshake's beginning in TCP over Ethernet.
 *
 * @import { FrameView, Part } from "../../../www/engine/types"
 */

/**
 * @param {string} name
 * @param {string} value
 * @param {number} start
 * @param {number} end
 * @param {Part[]} [parts]
 * @returns {Part}
 */
export function part(name, value, start, end, parts = []) {
  return { name, value, start, end, parts };
}

/**
 * @param {Partial<FrameView>} [told]
 * @returns {FrameView}
 */
export function frameOf(told = {}) {
  const number = told.number ?? 178;
  return {
    number,
    number_in_file: number,
    file: "a.pcap",
    offset: 24,
    time: 1795175099.5,
    seconds: 1.5,
    link_type: "EN10MB",
    captured: 24,
    original: 24,
    bytes: "de06e6cd7c5bbeca104e001e08004500" + "0078aabb13426974",
    left_out: 0,
    layers: [
      part("Ethernet", "", 0, 14, [part("Destination", "de:06:e6:cd:7c:5b", 0, 6), part("Type", "0x0800", 12, 14)]),
      part("Peer wire message", "have, piece 9", 14, 24, [
        part("Length", "5", 14, 18),
        part("Piece", "<b>9</b>", 20, 24),
      ]),
    ],
    notes: [{ text: "Its first bytes belong to the piece that began in frame", frame: 170 }],
    events: [
      {
        number: 1,
        frame: number,
        time: 1795175099.5,
        source: "10.0.0.1:6881",
        destination: "10.0.0.2:51413",
        flow: 4,
        torrent: null,
        protocol: "peer_wire",
        name: "have",
        extension: null,
        bytes: 9,
        text: "have piece 9",
      },
    ],
    flow: 4,
    filter: `frame.number == ${number}`,
    command: `tshark -r a.pcap -Y 'frame.number == ${number}' -V -x`,
    ...told,
  };
}
