/**
 * The keys, in a dialog; and what each does.
 *
 * @import { RefObject } from "preact"
 * @import { App } from "../state/app"
 */
import { useEffect, useRef } from "preact/hooks";
import { switchTheme } from "../state/theme";
import { VIEW_TABLE } from "./index";

const WITHOUT_KEY = VIEW_TABLE.filter(({ digit, letter }) => (digit ?? letter) === undefined).map(({ title }) => title);

/** @type {[string[], string][]} */
const KEYS = [
  [["/"], "Search or filter"],
  [["o"], "Overview"],
  [["1", "–", "9", "0"], `The other views, in the order of the rail; without a key: ${WITHOUT_KEY.join(", ")}`],
  [["↑", "↓", "Home", "End", "Page ↑", "Page ↓"], "Move through a table"],
  [["Enter"], "Open the row’s detail"],
  [["[", "]"], "The frame before, the next frame"],
  [["Esc"], "Cancel the reading; close the frame; close the detail; clear the filter"],
  [["t"], "Light or dark"],
  [["?"], "This list"],
];

/** @param {{ app: App }} props */
export function KeysDialog({ app }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const shown = app.keysShown.value;
  useEffect(() => {
    if (shown) dialog.current?.showModal();
    else dialog.current?.close();
  }, [shown]);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={() => (app.keysShown.value = false)}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>{keys.map((key) => (key === "–" ? " – " : <kbd key={key}>{key}</kbd>))}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button" onClick={() => (app.keysShown.value = false)}>
        Close
      </button>
    </dialog>
  );
}

/**
 * Takes the keys that work everywhere.
 * @param {App} app
 * @param {RefObject<HTMLInputElement | null>} search
 */
export function useKeys(app, search) {
  useEffect(() => {
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || app.keysShown.value) return;
      const typing = event.target instanceof HTMLInputElement;
      if (event.key === "Escape") {
        app.back();
        if (typing && app.selection.value.filter === "") search.current?.blur();
      } else if (!typing && press(app, search, event.key)) {
        event.preventDefault();
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [app, search]);
}

/**
 * @param {App} app
 * @param {RefObject<HTMLInputElement | null>} search
 * @param {string} key
 * @returns {boolean} did it mean anything?
 */
function press(app, search, key) {
  const view = VIEW_TABLE.find(({ digit, letter }) => (digit ?? letter) === key);
  const { frame } = app.selection.value;
  if (key === "/" && search.current) {
    search.current.focus();
    search.current.select();
  } else if (key === "?") app.keysShown.value = true;
  else if (key === "t") switchTheme();
  else if ((key === "[" || key === "]") && frame !== null) app.openFrame(Math.max(frame + (key === "]" ? 1 : -1), 1));
  else if (view && app.reading.capture.value.status !== "empty") app.show(view.id);
  else return false;
  return true;
}
