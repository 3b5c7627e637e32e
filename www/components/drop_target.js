/**
 * The whole window takes what is dropped on it or pasted into it.
 *
 * @import { Haul } from "./dropped_files"
 */
import { dropped } from "./dropped_files";

/**
 * @typedef {object} DropListener
 * @property {(over: boolean) => void} onHover does something hang over the window that could be dropped?
 * @property {(haul: Haul | Promise<Haul>) => void} onFiles
 * @property {(text: string) => void} onText a text, or a link as text
 * @property {() => void} onOther something that is neither
 */

/**
 * @param {Window} window
 * @param {DropListener} listener
 * @returns {() => void} ends the listening
 */
export function listenForFiles(window, { onHover, onFiles, onText, onOther }) {
  const ending = new AbortController();
  const { signal } = ending;
  let depth = 0;

  /** @param {DataTransfer | null} transfer */
  const take = (transfer) => {
    // A folder is among the files.
    const some = (transfer?.files.length ?? 0) > 0;
    const text = some ? "" : (transfer?.getData("text/plain") ?? "");
    if (some) onFiles(dropped(transfer));
    else if (text.trim() !== "") onText(text);
    else onOther();
  };
  const leave = (/** @type {number} */ left) => {
    depth = left;
    if (depth === 0) onHover(false);
  };

  window.addEventListener(
    "dragenter",
    (event) => {
      event.preventDefault();
      depth += 1;
      onHover(true);
    },
    { signal },
  );
  window.addEventListener("dragover", (event) => event.preventDefault(), { signal });
  window.addEventListener("dragleave", () => leave(Math.max(depth - 1, 0)), { signal });
  window.addEventListener(
    "drop",
    (event) => {
      event.preventDefault();
      leave(0);
      take(event.dataTransfer);
    },
    { signal },
  );
  window.addEventListener(
    "paste",
    (event) => {
      if (event.target instanceof HTMLInputElement) return;
      take(event.clipboardData);
    },
    { signal },
  );
  return () => ending.abort();
}
