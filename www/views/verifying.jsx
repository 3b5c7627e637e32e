/**
 * Begins verifying and rebuilding, shows how far it is, and ends it.
 *
 * @import { Written } from "../engine/messages"
 * @import { App } from "../state/app"
 * @import { Doing } from "../state/verification"
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import { NONE, size } from "../base/format";
import { Figures } from "../components/figures";
import { allTold, doingTold, failureTold, withoutTold, writtenTold } from "./verified_words";

/** @param {{ app: App, about: string | null, reading: boolean }} props `about`: the torrent; `null` all of them */
export function Verifying({ app, about, reading }) {
  const { verification } = app;
  const doing = verification.doing.value;
  const mine = doing !== null && doing.about === about;
  const busy = verification.isBusy();
  const all = about === null ? " all torrents" : "";
  const box = useFocusKept(mine && busy);
  return (
    <div ref={box} class="verifying">
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
 * Where one button takes the place of another, the focus stays in their place.
 * @param {boolean} changed what changes them
 */
function useFocusKept(changed) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const before = useRef(changed);
  useLayoutEffect(() => {
    if (before.current === changed) return;
    before.current = changed;
    const { activeElement: focused } = document;
    if (focused === null || focused === document.body)
      box.current?.querySelector("button")?.focus({ preventScroll: true });
  }, [changed]);
  return box;
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
  const told = (
    <p role="status">
      {all && `${allTold(all.torrents)} `}
      {all && withoutTold(unknown(app))}
      {written && writtenTold(written)}{" "}
      {written?.saved && (
        <button type="button" class="button" onClick={() => app.verification.saveAgain()}>
          Save {written.saved.name} ({size(written.saved.blob.size)})
        </button>
      )}
    </p>
  );

  return (
    <>
      {told}
      {written && <WrittenFiles written={written} />}
    </>
  );
}

/** How many torrents of the capture could not be verified: nothing says what their pieces must be. @param {App} app */
function unknown(app) {
  const state = app.reading.capture.value;
  const torrents = (state.status !== "empty" && state.digest?.torrents) || [];
  return torrents.filter(({ info_hash: hash }) => hash !== null && app.verification.of(hash) === null).length;
}

/** @param {{ written: Written }} props */
function WrittenFiles({ written }) {
  const files = written.files.filter(({ isThere }) => isThere);
  if (files.length === 0) return null;
  return (
    <Figures
      label="Files that were put together"
      summary="Where each file is"
      columns={[{ title: "File" }, { title: "Written as" }, { title: "Missing", figure: true }]}
      rows={files.map(({ path, place, missing }) => [path, place.join("/"), missing === 0 ? NONE : size(missing)])}
    />
  );
}
