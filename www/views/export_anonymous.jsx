/**
 * The view and the whole report under pseudonyms: a key, one more reading, then the same files as of the report itself.
 *
 * @import { ExportFormat, ExportView } from "../engine/messages"
 * @import { Anonymous } from "../state/anonymous"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { copy, save } from "../base/clipboard";
import { CopyButton } from "../components/copy_button";
import { AnonymousFrames } from "./export_slice";
import { VIEW_TABLE } from "./index";

/** @type {{ id: ExportFormat, name: string, suffix: string }[]} */
const FORMATS = [
  { id: "text", name: "Text", suffix: "txt" },
  { id: "csv", name: "CSV", suffix: "csv" },
  { id: "json", name: "JSON", suffix: "json" },
];
const WHOLE = FORMATS.filter(({ id }) => id !== "csv");

/** @param {{ app: App }} props */
export function ExportAnonymous({ app }) {
  const { anonymous, selection } = app;
  const [shown, setShown] = useState(anonymous.state.value.status !== "off");
  /** @param {Event & { currentTarget: HTMLInputElement }} event */
  function onSwitch({ currentTarget: { checked } }) {
    if (checked) anonymous.begin();
    else anonymous.cancel();
    setShown(checked);
  }
  const view = VIEW_TABLE.find(({ id }) => id === selection.value.view);
  return (
    <section class="export-anonymous" aria-label="Anonymised">
      <h2>
        <label>
          <input type="checkbox" checked={shown} onChange={onSwitch} />
          Anonymise
        </label>
      </h2>
      {shown && <Key anonymous={anonymous} />}
      {shown && <State anonymous={anonymous} />}
      {shown && <AnonymousFrames app={app} />}
      {shown && anonymous.state.value.status === "ready" && (
        <>
          {view?.exported && view.exported !== "events" && (
            <Written anonymous={anonymous} title={view.title} view={view.exported} formats={FORMATS} />
          )}
          <Written anonymous={anonymous} title="Whole report" view="report" formats={WHOLE} />
        </>
      )}
    </section>
  );
}

/** @param {{ anonymous: Anonymous }} props */
function Key({ anonymous }) {
  const isKey = anonymous.isKey();
  return (
    <>
      <p>
        Addresses, names and IDs are replaced under a key, texts that people wrote are left out. Keep the key to get the
        same pseudonyms again. Whoever has it can trace them back.
      </p>
      <input
        type="text"
        class="mono"
        aria-label="Key, 64 hex digits"
        aria-invalid={!isKey}
        spellcheck={false}
        autocomplete="off"
        value={anonymous.key.value}
        onInput={({ currentTarget: { value } }) => anonymous.use(value)}
      />
      <div>
        <span />
        <CopyButton label="Copy the key" copy={() => copy(anonymous.key.value)}>
          Copy key
        </CopyButton>
        <button type="button" class="button" onClick={() => anonymous.draw()}>
          New key
        </button>
      </div>
      <label>
        <input
          type="checkbox"
          checked={anonymous.torrents.value}
          onChange={({ currentTarget: { checked } }) => anonymous.replaceTorrents(checked)}
        />
        Replace info hashes too
      </label>
    </>
  );
}

/** How far the reading is, and what can be done about it. @param {{ anonymous: Anonymous }} props */
function State({ anonymous }) {
  const state = anonymous.state.value;
  switch (state.status) {
    case "off":
    case "failed":
      return (
        <>
          {state.status === "failed" && <p role="alert">{state.words}</p>}
          <div>
            <span>{anonymous.isKey() ? "The files are read once more." : "A key has 64 hex digits."}</span>
            <button type="button" class="button" disabled={!anonymous.isKey()} onClick={() => anonymous.read()}>
              Read
            </button>
          </div>
        </>
      );
    case "reading": {
      const { bytes, bytes_total: total } = state.progress ?? { bytes: 0, bytes_total: null };
      const percent = total ? Math.floor((bytes / total) * 100) : 0;
      return (
        <div>
          <span aria-live="polite">{`Reading, ${percent} %`}</span>
          <button type="button" class="button" onClick={() => anonymous.cancel()}>
            Cancel
          </button>
        </div>
      );
    }
    case "ready":
      return null;
  }
}

/** @param {{ anonymous: Anonymous, title: string, view: ExportView, formats: typeof FORMATS }} props */
function Written({ anonymous, title, view, formats }) {
  return (
    <>
      <h3>{title}</h3>
      {formats.map(({ id, name, suffix }) => (
        <div key={id}>
          <span>{name}</span>
          <CopyButton label={`Copy ${title} as ${name}, anonymised`} copy={() => copy(anonymous.exported(view, id))}>
            Copy
          </CopyButton>
          <button
            type="button"
            class="button"
            aria-label={`Save ${title} as ${name}, anonymised`}
            onClick={() =>
              anonymous.exported(view, id).then(
                (blob) => save(blob, `anonymised.${view}.${suffix}`),
                () => {},
              )
            }
          >
            Save
          </button>
        </div>
      ))}
    </>
  );
}
