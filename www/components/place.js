/**
 * Where a table stands in what scrolls it: the view, or a box of its own.
 *
 * @import { Place } from "./window"
 */
import { useLayoutEffect, useState } from "preact/hooks";
import { toReveal } from "./window";

/** Px of a table's head, which stays in sight above the rows. */
export const HEAD = 28;
const ROW = 28;
/** A row of two lines, on a narrow page. */
const NARROW_ROW = 52;

/**
 * Where the table's body stands in what scrolls it, as that changes.
 * @param {import("preact").RefObject<HTMLElement | null>} body
 * @param {number} count
 * @param {boolean} narrow
 */
export function usePlace(body, count, narrow) {
  const [place, setPlace] = useState({ count, rowHeight: ROW, top: 0, view: 900 });
  useLayoutEffect(() => {
    const element = body.current;
    const scroller = element && scrollerOf(element);
    if (!element || !scroller) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const next = measured(element, scroller, count, narrow);
      setPlace((now) => (JSON.stringify(now) === JSON.stringify(next) ? now : next));
    };
    const later = () => (frame ||= requestAnimationFrame(measure));
    measure();
    const observer = new ResizeObserver(later);
    observer.observe(scroller);
    for (const child of scroller.children) observer.observe(child);
    scroller.addEventListener("scroll", later, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      scroller.removeEventListener("scroll", later);
    };
  }, [body, count, narrow]);
  return { ...place, count };
}

/**
 * @param {HTMLElement} element
 * @param {Element} scroller
 * @param {number} count
 * @param {boolean} narrow
 */
function measured(element, scroller, count, narrow) {
  const styled = parseFloat(getComputedStyle(element).getPropertyValue("--row-height"));
  const rowHeight = narrow ? NARROW_ROW : styled || ROW;
  return { count, rowHeight, ...standing(element, scroller) };
}

/**
 * How far the rows have gone by, and how much of them is in sight, in px.
 * @param {HTMLElement} element
 * @param {Element} scroller
 */
function standing(element, scroller) {
  const box = element.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  return { top: Math.round(frame.top + HEAD - box.top), view: Math.round(frame.height - HEAD) };
}

/**
 * Scrolls until a row is in sight.
 * @param {HTMLElement | null} body
 * @param {Place} place
 * @param {number} index
 */
export function reveal(body, place, index) {
  const scroller = body && scrollerOf(body);
  if (!body || !scroller) return;
  // Where it stands now: it may have moved since the last drawing, with the focus or by what came above it.
  const now = { ...place, ...standing(body, scroller) };
  const top = toReveal(now, index);
  if (top !== null) scroller.scrollBy({ top: top - now.top, behavior: "instant" });
}

/** @param {HTMLElement} element */
function scrollerOf(element) {
  return element.closest("[data-scroller]") ?? document.scrollingElement;
}
