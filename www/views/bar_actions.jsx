/**
 * What can be done with a capture from the bar: search it, take it away, open another one; on a narrow page, from a menu.
 *
 * @import { RefObject } from "preact"
 * @import { App } from "../state/app"
 */
import { Disclosure } from "../components/disclosure";
import { FileButton } from "../components/file_button";
import { switchTheme, theme } from "../state/theme";
import { ExportPanel } from "./export_panel";
import { Rail } from "./rail";

/** @param {{ app: App, search: RefObject<HTMLInputElement | null> }} props */
export function Search({ app, search }) {
  return (
    <form role="search" class="search" onSubmit={(event) => event.preventDefault()}>
      <input
        ref={search}
        type="search"
        aria-label="Search or filter"
        aria-keyshortcuts="/"
        placeholder="Search or filter"
        spellcheck={false}
        autocomplete="off"
        value={app.selection.value.filter}
        onInput={(event) => app.select({ filter: event.currentTarget.value })}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

/** @param {{ app: App }} props */
export function BarActions({ app }) {
  return (
    <div class="bar-actions">
      <Disclosure class="export" buttonClass="button" button="Export">
        {() => <ExportPanel app={app} />}
      </Disclosure>
      <FileButton class="button is-quiet" onFiles={(files) => app.take(files)}>
        Open
      </FileButton>
      <Switches app={app} />
    </div>
  );
}

/** Theme and keys. @param {{ app: App }} props */
export function Switches({ app }) {
  return (
    <>
      <button type="button" class="button is-quiet" onClick={switchTheme}>
        {theme.value === "dark" ? "Light" : "Dark"}
      </button>
      <button type="button" class="button is-quiet" aria-label="Keys" onClick={() => (app.keysShown.value = true)}>
        ?
      </button>
    </>
  );
}

/** The rail and the actions, where there is no room for them. @param {{ app: App }} props */
export function Menu({ app }) {
  const lines = (
    <svg width={18} height={12} viewBox="0 0 18 12" aria-hidden="true">
      <path d="M0 1h18M0 6h18M0 11h18" />
    </svg>
  );
  /** @param {() => void} close */
  const content = (close) => (
    <div class="menu">
      <Rail app={app} onGo={close} />
      <div class="menu-actions">
        <FileButton
          class="button"
          onFiles={(files) => {
            close();
            app.take(files);
          }}
        >
          Open another capture
        </FileButton>
        <Switches app={app} />
        {app.reading.capture.value.status === "ready" && <ExportPanel app={app} />}
      </div>
    </div>
  );
  return (
    <Disclosure class="menu-box" buttonClass="menu-button" label="Menu" button={lines}>
      {content}
    </Disclosure>
  );
}
