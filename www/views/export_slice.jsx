/**
 * The frames of what is in sight, as a capture file of their own.
 *
 * @import { SliceState } from "../engine/messages"
 * @import { App } from "../state/app"
 * @import { Scope } from "../state/selection"
 */
import { useSignal } from "@preact/signals";
import { counted, size } from "../base/format";
import { EVERYTHING } from "../state/selection";
import { hostOf } from "./picture";

/** @param {{ app: App }} props */
export function ExportSlice({ app }) {
  const cut = useSignal(false);
  const capture = app.reading.capture.value;
  // The files are read again, by the reader that read them first.
  if (capture.status !== "ready" || capture.end === "gone" || capture.digest === null) return null;
  const { digest } = capture;
  const { words, scope } = inSight(app);
  const name = `${app.reading.stem()}.slice.pcapng`;
  const state = app.slice.state.value;
  const running = state?.status === "choosing" || state?.status === "writing";
  return (
    <section aria-label="Frames">
      <h2>Frames</h2>
      <div>
        <span>{words}</span>
        {running ? (
          <button type="button" class="button" aria-label="Cancel saving frames" onClick={() => app.slice.cancel()}>
            Cancel
          </button>
        ) : (
          <button
            type="button"
            class="button"
            aria-label={`Save ${words} as pcapng`}
            onClick={() => app.slice.begin({ scope, digest, cut: cut.value, name })}
          >
            Save
          </button>
        )}
      </div>
      <div>
        <label>
          <input
            type="checkbox"
            checked={cut.value}
            disabled={running}
            onChange={(event) => (cut.value = event.currentTarget.checked)}
          />{" "}
          without the bytes of blocks
        </label>
      </div>
      <p class="caption" role="status">
        {state ? told(state) : "A pcapng file, for Wireshark and for here. Comments give frame numbers and findings."}
      </p>
    </section>
  );
}

/** The headers of the same frames under pseudonyms: nothing of what they carry. @param {{ app: App }} props */
export function AnonymousFrames({ app }) {
  const capture = app.reading.capture.value;
  if (capture.status !== "ready" || capture.end === "gone" || capture.digest === null) return null;
  const { digest } = capture;
  const { words, scope } = inSight(app);
  const key = app.anonymous.key.value.trim();
  return (
    <div>
      <span>{words}, headers of frames</span>
      <button
        type="button"
        class="button"
        aria-label={`Save headers of ${words} as pcapng, anonymised`}
        disabled={!app.anonymous.isKey()}
        onClick={() => app.slice.begin({ scope, digest, cut: false, name: "anonymised.pcapng", key })}
      >
        Save
      </button>
    </div>
  );
}

/** @param {SliceState} state */
function told(state) {
  switch (state.status) {
    case "choosing":
    case "writing": {
      const { progress } = state;
      const done = progress?.bytes_total ? Math.floor((100 * progress.bytes) / progress.bytes_total) : 0;
      return `${state.status === "choosing" ? "Finding the frames" : "Writing"}: ${done} %`;
    }
    case "failed":
      return `Nothing was saved. ${state.detail}`;
    case "sliced": {
      const { frames, bytes, findings } = state.summary;
      const more = findings.map(({ text }) => ` ${text}`).join("");
      return `Saved ${counted(frames, "frame")}, ${size(bytes)}.${more}`;
    }
  }
}

/**
 * What is in sight, as the events know it: a row that is looked at, a torrent, the list of events, or everything.
 * @param {App} app
 * @returns {{ words: string, scope: Scope }}
 */
function inSight(app) {
  const looked = app.looked.value;
  const selection = app.selection.value;
  const of = (/** @type {string} */ words, /** @type {Partial<Scope>} */ scope) => ({
    words,
    scope: { ...EVERYTHING, ...scope },
  });
  switch (looked?.table) {
    case "connections":
      return of("This connection", { flow: looked.row.flow });
    case "hosts":
    case "places":
      return of(`Host ${looked.row.address}`, { host: looked.row.address });
    case "peers": {
      const host = hostOf(looked.row.endpoint).replace(/^\[|\]$/g, "");
      return of("This peer, of this torrent", { torrent: looked.row.info_hash, host });
    }
  }
  if (selection.view === "events" && Object.values(selection.scope).some((part) => part !== null)) {
    return of("These events", selection.scope);
  }
  const torrent = selection.view === "torrents" ? selection.torrent : app.torrent.value?.info_hash;
  if ((selection.view === "torrents" || selection.view === "download") && torrent) {
    return of("This torrent", { torrent });
  }
  return of("The whole capture", {});
}
