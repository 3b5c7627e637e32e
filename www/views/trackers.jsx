/**
 * What clients told trackers, and what they were answered.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { counted, number } from "../base/format";
import { AppTable } from "./app_table";
import { nothingAtAll } from "./nothing_here";
import { ANNOUNCE_COLUMNS } from "./trackers_columns";
import { TrackersPicture } from "./trackers_picture";
import { ViewTitle } from "./view_title";

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Trackers({ app, digest, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  return (
    <>
      <ViewTitle app={app} title="Trackers" copies="trackers">
        {summary(digest, reading)}
      </ViewTitle>
      <TrackersPicture app={app} digest={digest} pointed={pointed} onPoint={setPointed} />
      <AppTable
        app={app}
        table="announces"
        label="Announces to trackers"
        columns={ANNOUNCE_COLUMNS}
        marked={pointed}
        onPoint={setPointed}
        nothing={nothing(digest, reading)}
      />
    </>
  );
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function summary({ trackers: { trackers, announces, answered, refused, scrapes } }, reading) {
  if (announces === 0) return "What clients told trackers, and what they were answered.";
  const asked = `${counted(announces, "announce")} to ${counted(trackers, "tracker")}`;
  const refusals = refused > 0 ? `, ${number(refused)} refused` : "";
  const silent = announces - answered - refused;
  const rest = silent > 0 ? `, ${number(silent)} without an answer in the capture` : "";
  const sizes = scrapes > 0 ? ` ${counted(scrapes, "scrape")} asked for the sizes of swarms.` : "";
  return `${asked}, ${number(answered)} answered${refusals}${rest}${reading ? " so far" : ""}.${sizes}`;
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function nothing(digest, reading) {
  const { trackers } = digest.trackers;
  if (trackers > 0) {
    return `No announce: ${counted(trackers, "tracker was", "trackers were")} asked, and none let a client say more. A firewall on UDP is the usual cause.`;
  }
  return (
    nothingAtAll(digest, reading) ??
    "No tracker was asked in this capture, or only over HTTPS, which hides what was asked. Peers can come from the DHT, from other peers or from the local network instead."
  );
}
