/**
 * What is known of a connection beyond its columns: of the whole, and of both ends side by side.
 *
 * @import { Fact } from "../components/facts"
 * @import { TwoSidedFact } from "../components/two_sides"
 * @import { Connection, ConnectionTraffic } from "../engine/types"
 */
import { duration, instant, NONE, number, size } from "../base/format";
import { FrameNumber } from "../components/frame_number";
import { TwoSides } from "../components/two_sides";
import { ms } from "./connections_columns";

/** @type {Record<string, string>} */
const ENCRYPTIONS = {
  none: "none",
  plaintext: "a key exchange, then plaintext",
  rc4: "wholly (RC4)",
};

/**
 * @param {Connection} row
 * @returns {Fact[]}
 */
export function connectionFacts(row) {
  const { confidence, encryption, ended_by: by, priority } = row;
  return [
    { name: "Lasted", value: duration(row.last_seen - row.first_seen) + (row.midstream ? " at least" : "") },
    { name: "First frame", value: <FrameNumber frame={row.first_frame} />, whole: String(row.first_frame) },
    { name: "Last frame", value: <FrameNumber frame={row.last_frame} />, whole: String(row.last_frame) },
    { name: "Last seen", value: instant(row.last_seen) },
    { name: "Opening", value: row.midstream ? "not in the capture" : "in the capture" },
    { name: "Ended by", value: by ?? NONE, whole: by ?? undefined, code: by !== null },
    { name: "Encryption", value: encryption === null ? NONE : (ENCRYPTIONS[encryption] ?? encryption) },
    ...(confidence === null
      ? []
      : [{ name: "BitTorrent, likely", value: `${number(Math.min(confidence * 100, 99))} %` }]),
    { name: "Priority (BEP 40)", value: priority === null ? NONE : number(priority) },
    { name: "Flow", value: number(row.flow), whole: String(row.flow) },
  ];
}

/** @param {{ row: Connection }} props */
export function ConnectionSides({ row }) {
  const { originator, responder, sent, received } = row;
  const both = (/** @type {string} */ name, /** @type {(traffic: ConnectionTraffic) => string} */ text) =>
    /** @type {TwoSidedFact} */ ({ name, values: [text(sent), text(received)] });
  /** @type {TwoSidedFact[]} */
  const facts = [
    { name: "Client", values: [row.originator_client ?? "not told", row.responder_client ?? "not told"] },
    { name: "peer_id", values: [row.originator_peer_id ?? NONE, row.responder_peer_id ?? NONE], code: true },
    both("Packets", ({ packets }) => number(packets)),
    both("Payload", ({ bytes }) => size(bytes)),
    both("Repeated packets", (traffic) => number(traffic.repeated_packets)),
    both("Repeated payload", (traffic) => size(traffic.repeated_bytes)),
    both("Out of order", (traffic) => number(traffic.out_of_order_packets)),
    both("Not captured", lostTold),
    both("Delay, mean, ms", (traffic) => ms(traffic.mean_delay_micros)),
    both("Delay, most, ms", (traffic) => ms(traffic.highest_delay_micros)),
    both("Window, mean", (traffic) => size(traffic.mean_window)),
    both("Window, least", (traffic) => size(traffic.lowest_window)),
    both("Window, last", ({ window }) => size(window)),
    both("Times without room", (traffic) => number(traffic.zero_windows)),
    both("Messages", ({ messages }) => number(messages)),
    both("Blocks asked for", ({ requests }) => number(requests)),
    both("Blocks sent", ({ blocks }) => number(blocks)),
    both("Bytes of blocks", (traffic) => size(traffic.block_bytes)),
    both("Wait for its blocks, ms", (traffic) => ms(traffic.mean_wait_micros)),
  ];
  return <TwoSides caption="What each end sent" sides={[originator, responder]} facts={facts} />;
}

/** @param {ConnectionTraffic} traffic */
function lostTold({ lost_packets: packets, lost_bytes: bytes }) {
  return packets === null ? size(bytes) : `${number(packets)} packets`;
}
