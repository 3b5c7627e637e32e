/**
 * A button that lets files be chosen.
 *
 * @import { ComponentChildren } from "preact"
 */
import { useRef } from "preact/hooks";

/** @param {{ class: string, onFiles: (files: File[]) => void, children: ComponentChildren }} props */
export function FileButton({ class: classes, onFiles, children }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  return (
    <>
      <button type="button" class={classes} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Capture files"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
