/**
 * How much BitTorrent the hosts of the network moved, and when.
 *
 * @import { Digest } from "../engine/types"
 */
import { clock, number, size } from "../base/format";
import { Timeline } from "../components/timeline";
import { peakOf } from "../components/bins";
import { Picture } from "./picture";

/** @param {{ digest: Digest }} props */
export function HostsPicture({ digest: { traffic } }) {
  const { down, up, others } = traffic.totals;
  if (down + up + others === 0) return null;
  return (
    <Picture title={finding(traffic)} caption={caption(traffic)}>
      <Timeline
        traffic={traffic}
        label="Bytes per second to and from the hosts of the network over the capture; the table has the sum of each host"
      />
    </Picture>
  );
}

/**
 * What was moved in all, and how much of everything that is.
 * @param {Digest["traffic"]} traffic
 */
export function finding({ totals: { down, up, within, others, everything } }) {
  const local = down + up - within;
  if (local === 0) return `${size(others)} went between hosts of which none is local`;
  const share = everything > 0 ? `: ${number((local / everything) * 100, 1)} % of everything on the wire` : "";
  return `${size(down)} came down, ${size(up)} went up${share}`;
}

/**
 * @param {Digest["traffic"]} traffic
 */
function caption({ bin_seconds: seconds, first_time: first, down, up, others, totals }) {
  const moved = down.map((bytes, index) => bytes + up[index] + (totals.down + totals.up > 0 ? 0 : others[index]));
  const peak = peakOf(moved);
  const busiest = first === null ? "" : `; busiest at ${clock(first + peak.at * seconds)}`;
  const none = totals.down + totals.up === 0 ? "; open a host to say that it is on your network" : "";
  return `bytes exchanged with peers${busiest}${none}`;
}
