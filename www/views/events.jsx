/**
 * Every message of the capture, of a connection, a torrent, a host or a protocol, in order.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { counted, number } from "../base/format";
import { AppTable } from "./app_table";
import { EVENT_COLUMNS } from "./events_columns";
import { EventsLadder } from "./events_ladder";
import { EventsScope } from "./events_scope";
import { ViewTitle } from "./view_title";

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Events({ app, digest, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  const state = app.events.state.value;
  const { scope } = app.selection.value;
  return (
    <>
      <ViewTitle app={app} title="Events" copies={state && state.status !== "refused" ? "events" : undefined}>
        {summary(state, reading)}
      </ViewTitle>
      <EventsScope app={app} digest={digest} />
      {state?.status === "listing" && <Progress progress={state.progress} />}
      {scope.flow !== null && <EventsLadder app={app} pointed={pointed} onPoint={setPointed} />}
      {state && state.status !== "refused" && (
        <>
          {state.events > state.kept && (
            <p class="caption">
              The first {number(state.kept)} of {number(state.events)} are listed: narrow the choice to see others.
            </p>
          )}
          <AppTable
            app={app}
            table="events"
            label="Events"
            columns={EVENT_COLUMNS}
            marked={pointed}
            onPoint={setPointed}
            nothing={state.status === "listing" ? "None so far." : "Nothing in the capture fits this choice."}
          />
        </>
      )}
    </>
  );
}

/** @param {{ progress: import("../engine/types").Progress }} props */
function Progress({ progress: { bytes, bytes_total: total } }) {
  return (
    <p class="caption listing">
      <progress class="listing-progress" aria-label="Reading once more" value={bytes} max={total ?? undefined} />
      {total !== null && total > 0 && `${number((bytes / total) * 100)} % read once more`}
    </p>
  );
}

/**
 * @param {import("../engine/messages").ListState | null} state
 * @param {boolean} reading
 */
function summary(state, reading) {
  if (state === null) {
    const wait = "The files are read once more for it, as soon as this reading has ended or is stopped.";
    return `Every message in order.${reading ? ` ${wait}` : ""}`;
  }
  if (state.status === "refused") return "That is no address, or no torrent’s name: nothing can be listed for it.";
  const so = state.status === "listing" ? " so far" : "";
  return `${counted(state.events, "event")}${so}: each message, and what could not be read, in the order of their frames.`;
}
