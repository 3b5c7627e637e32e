/**
 * A capture of any size that takes no room: a file that is the same bytes again and again, with something to find behind them.
 *
 * @import { Page } from "playwright-core"
 */
import { bootstrap } from "./captures.js";

/** Bytes of what is repeated: records of 64 KiB. */
const BLOCK_BYTES = 16 << 20;
const RECORD_BYTES = 64 << 10;
const HEADER_BYTES = 24;
const DAMAGE = Buffer.from("nobody expected this to stand in a capture, least of all behind so many others");

/**
 * Drops a capture of about so many gigabytes on a page. Behind frames of no interest it is damaged; then a client looks up a name and asks for
 * peers, and the frame after that is no packet.
 * @param {Page} page
 * @param {number} gigabytes
 * @returns {Promise<{ bytes: number, frames: number, damage: number, skipped: number }>} its size, its frames, where it is damaged and by how many bytes
 */
export async function dropLarge(page, gigabytes) {
  const blocks = Math.round((gigabytes * 1e9) / BLOCK_BYTES);
  const whole = bootstrap(["dht", "far", "org"], "LT\x02\x01");
  const broken = Buffer.concat([
    whole.subarray(HEADER_BYTES, HEADER_BYTES + 16),
    Buffer.alloc(12),
    Buffer.of(8, 0, 0x45),
  ]);
  broken.writeUInt32LE(15, 8);
  broken.writeUInt32LE(15, 12);
  const tail = Buffer.concat([DAMAGE, whole.subarray(HEADER_BYTES), broken]);
  const content = {
    header: [...whole.subarray(0, HEADER_BYTES)],
    head: [...whole.subarray(HEADER_BYTES, HEADER_BYTES + 16)],
  };
  await page.evaluate(
    ({ header, head, tail, blocks, blockBytes, recordBytes }) => {
      const block = new Uint8Array(blockBytes);
      for (let at = 0; at < blockBytes; at += recordBytes) {
        block.set(head, at);
        const lengths = new DataView(block.buffer, at + 8, 8);
        lengths.setUint32(0, recordBytes - 16, true);
        lengths.setUint32(4, recordBytes - 16, true);
        block.set([0x88, 0xb5], at + 16 + 12); // an Ethernet type for experiments
      }
      const parts = [new Uint8Array(header), ...Array(blocks).fill(new Blob([block])), new Uint8Array(tail)];
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(parts, "large.pcap"));
      for (const type of ["dragenter", "dragover", "drop"])
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
    },
    { ...content, tail: [...tail], blocks, blockBytes: BLOCK_BYTES, recordBytes: RECORD_BYTES },
  );
  return {
    bytes: HEADER_BYTES + blocks * BLOCK_BYTES + tail.length,
    frames: blocks * (BLOCK_BYTES / RECORD_BYTES) + 5,
    damage: HEADER_BYTES + blocks * BLOCK_BYTES,
    skipped: DAMAGE.length,
  };
}
