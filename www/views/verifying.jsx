/**
 * Begins verifying and rebuilding, shows how far it is, and ends it.
 *
 * @import { App } from "../state/app"
 * @import { Doing } from "../state/verification"
 */
import { size } from "../base/format";
import { allTold, doingTold, failureTold, writtenTold } from "./verified_words";

/** @param {{ app: App, about: string | null, reading: boolean }} props `about`: the torrent; `null` all of them */
export function Verifying({ app, about, reading }) {
  const { verification } = app;
  const doing = verification.doing.value;
  const mine = doing !== null && doing.about === about;
  const busy = verification.isBusy();
  const all = about === null ? " all torrents" : "";
  return (
    <div class="verifying">
      {mine && busy && doing.status === "running" && (
        <progress
          aria-label="Verifying"
          max={doing.progress.bytes_total ?? undefined}
          value={doing.progress.bytes_total === null ? undefined : doing.progress.bytes}
        />
      )}
      {mine && busy ? (
        <>
          <span class="verifying-told">{doingTold(doing)}</span>
          <button type="button" class="button is-primary" onClick={() => verification.cancel()}>
            Cancel
          </button>
        </>
      ) : (
        <>
          <button type="button" class="button" disabled={reading || busy} onClick={() => verification.verify(about)}>
            {about === null ? "Verify all torrents" : "Verify pieces"}
          </button>
          <button type="button" class="button" disabled={reading || busy} onClick={() => verification.rebuild(about)}>
            Rebuild files{about === null && <span class="visually-hidden">{all}</span>}
          </button>
        </>
      )}
    </div>
  );
}

/**
 * What came of it.
 * @param {{ app: App, about: string | null }} props
 */
export function Verdict({ app, about }) {
  const doing = app.verification.doing.value;
  if (doing === null || doing.about !== about) return null;
  return (
    <div class="verdict">
      <Outcome app={app} doing={doing} />
    </div>
  );
}

/** @param {{ app: App, doing: Doing }} props */
function Outcome({ app, doing }) {
  if (doing.status === "failed") return <p role="alert">{failureTold(doing.problem)}</p>;
  if (doing.status === "cancelled") return <p role="status">Cancelled. Nothing was kept of it.</p>;
  if (doing.status !== "done") return null;
  const { found, written } = doing;
  const all = doing.about === null ? app.verification.verified.value : null;
  if (!found) {
    return (
      <p role="status">
        What its pieces must be is not in the capture: no info dictionary went over the wire. Drop the .torrent file on
        this page, then verify again.
      </p>
    );
  }
  return (
    <p role="status">
      {all && `${allTold(all.torrents)} `}
      {written && writtenTold(written)}{" "}
      {written?.saved && (
        <button type="button" class="button" onClick={() => app.verification.saveAgain()}>
          Save {written.saved.name} ({size(written.saved.blob.size)})
        </button>
      )}
    </p>
  );
}
