/**
 * What a view says when the capture has nothing for it.
 *
 * @import { Digest } from "../engine/types"
 */
import { counted } from "../base/format";

/**
 * The sentence for a capture without any BitTorrent in it, or null.
 * @param {Digest} digest
 * @param {boolean} reading does it still grow?
 */
export function nothingAtAll(
  { capture, peers, torrent_count: torrents, init, trackers, encrypted_flow_count: encrypted },
  reading,
) {
  if (peers.queries + peers.responses + torrents + init.bootstrap.length + trackers.trackers + encrypted > 0)
    return null;
  const frames = counted(capture.frames, "frame");
  if (reading) return `No BitTorrent in the first ${frames}.`;
  return `No BitTorrent in this capture. All ${frames} were read. What goes through a tunnel or a VPN would look like this, too.`;
}
