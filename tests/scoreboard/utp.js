/**
 * The connections of uTP (BEP 29) in a capture that lost nothing.
 *
 * A connection is a SYN that was answered: the answer carries the SYN's connection id, and the originator goes on with the id one higher.
 */

const KINDS = ["data", "fin", "state", "reset", "syn"];
const [DATA, FIN, STATE, , SYN] = KINDS.keys();
const HEADER = 20;

/** @typedef {{ type: number, id: number, sequence: number, body: Buffer, source: string, destination: string }} Packet */

export class Utp {
  /** Packets that look like uTP, by their two ends. */
  #packets = /** @type {Map<string, Packet[]>} */ (new Map());

  /** @param {Buffer} bytes @param {string} source @param {string} destination */
  take(bytes, source, destination) {
    const body = behindHeader(bytes);
    if (!body) return;
    const packet = {
      type: bytes[0] >> 4,
      id: bytes.readUInt16BE(2),
      sequence: bytes.readUInt16BE(16),
      body,
      source,
      destination,
    };
    const ends = [source, destination].sort().join(" ");
    this.#packets.set(ends, [...(this.#packets.get(ends) ?? []), packet]);
  }

  /**
   * Tells every packet of a connection by its kind, what is sent again once, and answers each direction's parts by their number.
   * @param {(kind: string) => void} each
   */
  finish(each) {
    const directions = /** @type {Map<string, Map<number, Buffer>>} */ (new Map());
    for (const packets of this.#packets.values()) {
      const answered = (/** @type {Packet} */ syn) =>
        packets.some((packet) => packet.type === STATE && packet.id === syn.id && packet.source === syn.destination);
      const ids = new Set(packets.filter((packet) => packet.type === SYN && answered(packet)).map((syn) => syn.id));
      const known = new Set();
      for (const packet of packets) {
        const id = ids.has(packet.id) ? packet.id : packet.id - 1;
        const name = [packet.type, packet.id, packet.sequence, packet.source].join();
        const again = [DATA, FIN, SYN].includes(packet.type) && known.has(name);
        if (!ids.has(id) || again) continue;
        known.add(name);
        each(KINDS[packet.type]);
        if (packet.type !== DATA) continue;
        const direction = `utp${id} ${packet.source} ${packet.destination}`;
        const parts = directions.get(direction) ?? new Map();
        directions.set(direction, parts.set(unwrapped(packet.sequence, parts), packet.body));
      }
    }
    return directions;
  }
}

/** What follows the header and its extensions; `null` where no header is. @param {Buffer} bytes */
function behindHeader(bytes) {
  if (bytes.length < HEADER || (bytes[0] & 0x0f) !== 1 || bytes[0] >> 4 > SYN) return null;
  let extension = bytes[1];
  let at = HEADER;
  while (extension !== 0) {
    if (at + 2 > bytes.length) return null;
    extension = bytes[at];
    at += 2 + bytes[at + 1];
  }
  return at <= bytes.length ? bytes.subarray(at) : null;
}

/** A packet's number without the wrap at 2¹⁶: the one next to the last. @param {number} sequence @param {Map<number, Buffer>} parts */
function unwrapped(sequence, parts) {
  const last = [...parts.keys()].at(-1) ?? sequence;
  const step = ((sequence - last + 0x8000) & 0xffff) - 0x8000;
  return last + step;
}
