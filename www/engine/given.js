/**
 * Gives an analyzer the torrents that are known before a capture is read.
 *
 * @import { Given, GivenOutcome, Sink } from "./messages"
 */

/**
 * @param {Pick<Sink, "add_torrent" | "add_magnets">} sink
 * @param {Given[]} given
 * @returns {GivenOutcome[]} what became of each. Throws what the analyzer throws when it is broken
 */
export function give(sink, given) {
  return given.map((one) => {
    try {
      if ("bytes" in one) {
        sink.add_torrent(one.name, one.bytes);
        return { taken: 1, refused: 0, lines: [], problem: null };
      }
      return { ...sink.add_magnets(one.name, one.text), problem: null };
    } catch (error) {
      const { code, detail } = /** @type {{ code?: unknown, detail?: string | null }} */ (error ?? {});
      if (typeof code !== "string") throw error;
      return { taken: 0, refused: 0, lines: [], problem: { code, detail: detail ?? null, file: one.name || null } };
    }
  });
}
