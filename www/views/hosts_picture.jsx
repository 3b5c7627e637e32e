/**
 * How much BitTorrent the busiest hosts sent and received.
 *
 * @import { Host } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useMemo } from "preact/hooks";
import { kibibytes, mebibytes } from "../base/format";
import { Bars } from "../components/bars";
import { openedFrom, partTold, Picture } from "./picture";

const KIBI = 1024;
const MEBI = KIBI * KIBI;

/** @param {{ app: App, pointed: string | null, onPoint: (key: string | null) => void }} props */
export function HostsPicture({ app, pointed, onPoint }) {
  const drawn = app.pictures.of("hosts");
  const rows = /** @type {Host[]} */ (drawn?.rows ?? []);
  const busy = useMemo(() => rows.filter(({ sent, received }) => sent + received > 0), [rows]);
  const bars = useMemo(() => barsOf(busy), [busy]);
  if (drawn === null || busy.length === 0) return null;
  const caption = (
    <>
      bytes of BitTorrent <span class="in-upload">sent</span> above, <span class="in-download">received</span> below
      {partTold(busy.length, drawn.matched, "the busiest")}
    </>
  );
  return (
    <Picture title={finding(busy)} caption={caption}>
      <Bars
        {...bars}
        hues={["upload", "download"]}
        label="Bytes of BitTorrent that each of the busiest hosts sent and received; the table has the figures"
        pointed={pointed}
        onPoint={onPoint}
        {...openedFrom(app, "hosts", rows)}
      />
    </Picture>
  );
}

/**
 * The bars, in a unit that fits the largest.
 * @param {Host[]} hosts
 * @returns {Pick<import("../components/bars").BarsProps, "rows" | "unit">}
 */
export function barsOf(hosts) {
  const most = hosts.reduce((high, { sent, received }) => Math.max(high, sent, received), 0);
  const unit = most >= MEBI ? "MiB" : "KiB";
  const scale = unit === "MiB" ? MEBI : KIBI;
  const written = unit === "MiB" ? mebibytes : kibibytes;
  const rows = hosts.map(({ address, sent, received }) => ({
    key: address,
    label: address,
    amounts: /** @type {[number, number]} */ ([sent / scale, received / scale]),
    note: `${written(sent)} / ${written(received)} ${unit}`,
  }));
  return { rows, unit };
}

/** @param {Host[]} hosts of which one sent or received something */
function finding(hosts) {
  const sender = hosts.reduce((most, host) => (host.sent > most.sent ? host : most));
  const getter = hosts.reduce((most, host) => (host.received > most.received ? host : most));
  if (sender === getter) return `${sender.address} sent and received most`;
  return `${sender.address} sent most, ${getter.address} received most`;
}
