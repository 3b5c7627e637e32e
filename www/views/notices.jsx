/**
 * What must be known before any figure of a view is read: reading was stopped, a file could not be read, the reader is gone.
 *
 * @import { App } from "../state/app"
 * @import { Ready } from "../state/capture"
 */
import { duration, sizeOf } from "../base/format";
import { explain } from "../state/errors";
import { KeptTorrents } from "./kept_torrents";

/** @param {{ app: App, state: Exclude<import("../state/capture").CaptureState, { status: "empty" }> }} props */
export function Notices({ app, state }) {
  const { notice } = app.reading;
  return (
    <div class="notices">
      <KeptTorrents app={app} />
      {notice.value && (
        <p class="notice" role="alert">
          {notice.value}{" "}
          <button type="button" class="button is-quiet" onClick={() => (notice.value = "")}>
            Close
          </button>
        </p>
      )}
      {state.status === "ready" && state.end !== "finished" && <Partial app={app} state={state} />}
      {state.problems.map((problem, index) => {
        const { what, remedy } = explain(problem);
        return (
          <p key={index} class="notice is-problem">
            <strong>{what}</strong> {remedy}
          </p>
        );
      })}
    </div>
  );
}

/** @param {{ app: App, state: Ready }} props */
function Partial({ app, state: { progress, subject, end } }) {
  const { first_time: first, last_time: last } = progress;
  const span = first !== null && last !== null ? ` Figures cover the first ${duration(last - first)}.` : "";
  return (
    <p class="notice">
      <strong>Stopped at {sizeOf(progress.bytes, progress.bytes_total ?? subject.bytes)}.</strong>
      {span}{" "}
      {end === "stopped" ? (
        <button type="button" class="button" onClick={() => app.reading.resume()}>
          Read the rest
        </button>
      ) : (
        "Choose the file again to read the rest."
      )}
    </p>
  );
}
