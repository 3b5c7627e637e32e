/**
 * A button with something below it, which goes away by Escape, by a click elsewhere, or when the focus leaves it.
 *
 * @import { ComponentChildren } from "preact"
 */
import { useEffect, useRef, useState } from "preact/hooks";

/**
 * @typedef {object} DisclosureProps
 * @property {string} class of the box around both
 * @property {string} buttonClass
 * @property {string} [label] of a button without words
 * @property {ComponentChildren} button
 * @property {(close: () => void) => ComponentChildren} children what is disclosed; it may close itself
 */

/** @param {DisclosureProps} props */
export function Disclosure({ class: boxClass, buttonClass, label, button, children }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (!open) return;
    const closeOutside = (/** @type {Event} */ event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    addEventListener("pointerdown", closeOutside);
    addEventListener("focusin", closeOutside);
    return () => {
      removeEventListener("pointerdown", closeOutside);
      removeEventListener("focusin", closeOutside);
    };
  }, [open]);
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  }
  return (
    <div ref={box} class={boxClass} onKeyDown={onKeyDown}>
      <button type="button" class={buttonClass} aria-label={label} aria-expanded={open} onClick={() => setOpen(!open)}>
        {button}
      </button>
      {open && children(() => setOpen(false))}
    </div>
  );
}
