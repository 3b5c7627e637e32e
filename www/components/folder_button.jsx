/**
 * A button that lets a folder be chosen.
 *
 * @import { ComponentChildren } from "preact"
 * @import { Haul } from "./dropped_files"
 */
import { useRef } from "preact/hooks";
import { inFolder } from "./dropped_files";

/** What makes an input one of folders; no type knows it. */
const FOLDER = { webkitdirectory: true };

/** @param {{ class: string, onFolder: (haul: Haul) => void, children: ComponentChildren }} props */
export function FolderButton({ class: classes, onFolder, children }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  return (
    <>
      <button type="button" class={classes} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        {...FOLDER}
        hidden
        aria-label="Folder of captures"
        onChange={(event) => {
          onFolder(inFolder([...(event.currentTarget.files ?? [])]));
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
