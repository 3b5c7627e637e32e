/**
 * What clients told trackers, and what they were answered.
 *
 * @import { Digest, Tracker } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { counted, number, size } from "../base/format";
import { FactList } from "../components/facts";
import { FrameNumber } from "../components/frame_number";
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
      {digest.hidden_trackers.length > 0 && (
        <section class="picture">
          <h2>Over HTTPS: asked, but what was asked cannot be read</h2>
          <FactList facts={digest.hidden_trackers.map(hiddenFact)} />
        </section>
      )}
      {digest.tracker_records.length > 0 && (
        <section class="picture">
          <h2>What DNS says of trackers</h2>
          <FactList
            facts={digest.tracker_records.map(({ name, record, trackers, frame }) => ({
              name: `${name} (${record})`,
              value: (
                <>
                  {trackers.length > 0 ? trackers.join(", ") : "runs none, as it says"}, frame{" "}
                  <FrameNumber frame={frame} />
                </>
              ),
            }))}
          />
        </section>
      )}
    </>
  );
}

/**
 * A tracker over HTTPS in a line: how sure it is, why, and how much went by.
 * @param {Tracker} tracker
 */
function hiddenFact({ url, endpoint, proxied, hidden }) {
  const name = `${url} at ${endpoint}${proxied ? ", a proxy" : ""}`;
  if (hidden === null) return { name, value: "" };
  const { certainty, reason, connections, sent, received } = hidden;
  const traffic = `${counted(connections, "connection")}, ${size(sent)} to it, ${size(received)} from it`;
  return { name, value: `${certainty}: ${reason} ${traffic}.`, whole: url ?? undefined };
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
  if (digest.hidden_trackers.length > 0) return "No announce can be read: trackers were asked over HTTPS, see below.";
  return (
    nothingAtAll(digest, reading) ??
    "No tracker was asked in this capture, or only over HTTPS, which hides what was asked. Peers can come from the DHT, from other peers or from the local network instead."
  );
}
