/**
 * A button that lets files be chosen.
 *
 * @import { ComponentChildren } from "preact"
 */
import { useRef } from "preact/hooks";

/** @param {{ class: string, onFiles: (files: File[]) => void, label?: string, disabled?: boolean, children: ComponentChildren }} props */
export function FileButton({ class: classes, onFiles, label = "Capture files", disabled = false, children }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  return (
    <>
      <button type="button" class={classes} disabled={disabled} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
