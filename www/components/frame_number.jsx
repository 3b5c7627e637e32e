/**
 * A frame's number, wherever one is told: a button that opens that frame.
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { NONE, number } from "../base/format";

/** What opens a frame. @type {import("preact").Context<((frame: number) => void) | null>} */
export const FrameOpener = createContext(/** @type {((frame: number) => void) | null} */ (null));

/** @param {{ frame: number | null | undefined }} props */
export function FrameNumber({ frame }) {
  const open = useContext(FrameOpener);
  const told = frame === null || frame === undefined ? NONE : number(frame);
  // What stands before the first frame has the number 0.
  if (open === null || !frame) return told;
  return (
    <button
      ref={leaveToTable}
      type="button"
      class="frame-number"
      aria-label={`Frame ${told}`}
      onClick={(event) => {
        event.stopPropagation();
        open(frame);
      }}
    >
      {told}
    </button>
  );
}

/**
 * A text that is a frame's number, or ends with "frame" and the number.
 * @param {{ text: string, frame: number | null | undefined }} props
 */
export function WithFrame({ text, frame }) {
  const told = frame === null || frame === undefined ? "" : number(frame);
  if (told === "" || (text !== told && !text.endsWith(`frame ${told}`))) return text;
  return (
    <>
      {text.slice(0, -told.length)}
      <FrameNumber frame={frame} />
    </>
  );
}

/**
 * In a table the keyboard moves by rows, and opens their detail, where the number stands too.
 * @param {HTMLButtonElement | null} button
 */
function leaveToTable(button) {
  if (button?.closest('[role="gridcell"]')) button.tabIndex = -1;
}
