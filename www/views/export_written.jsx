/**
 * The view and the whole report, written out as text, CSV and JSON.
 *
 * @import { ExportFormat, ExportView } from "../engine/messages"
 * @import { App } from "../state/app"
 */
import { CopyButton } from "../components/copy_button";
import { VIEW_TABLE } from "./index";

/** @type {{ id: ExportFormat, name: string }[]} */
const FORMATS = [
  { id: "text", name: "Text" },
  { id: "csv", name: "CSV" },
  { id: "json", name: "JSON" },
];
const WHOLE = FORMATS.filter(({ id }) => id !== "csv");

/** @param {{ app: App }} props */
export function ExportWritten({ app }) {
  const { view } = app.selection.value;
  const shown = VIEW_TABLE.find(({ id }) => id === view);
  return (
    <>
      {shown?.exported && (view !== "events" || app.events.state.value) && (
        <Group app={app} title={shown.title} view={shown.exported} formats={FORMATS} />
      )}
      <Group app={app} title="Whole report" view="report" formats={WHOLE} />
    </>
  );
}

/** @param {{ app: App, title: string, view: ExportView, formats: typeof FORMATS }} props */
function Group({ app, title, view, formats }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {formats.map(({ id, name }) => (
        <div key={id}>
          <span>{name}</span>
          <CopyButton label={`Copy ${title} as ${name}`} copy={() => app.copyExport(view, id)}>
            Copy
          </CopyButton>
          <button
            type="button"
            class="button"
            aria-label={`Save ${title} as ${name}`}
            onClick={() => app.saveExport(view, id).catch(() => {})}
          >
            Save
          </button>
        </div>
      ))}
    </section>
  );
}
