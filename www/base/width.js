/**
 * The width an element has on the page, as it changes: pictures and tables are drawn for it.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * @template {Element} E
 * @param {number} initial taken until the element stands on the page
 * @returns {[import("preact").RefObject<E | null>, number]} a ref for the element, and its width in px
 */
export function useWidth(initial) {
  const ref = useRef(/** @type {E | null} */ (null));
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = () => setWidth(Math.floor(element.getBoundingClientRect().width) || initial);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [initial]);
  return [ref, width];
}
