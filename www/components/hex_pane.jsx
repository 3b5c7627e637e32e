/**
 * Bytes in hex digits and as letters, those of a part marked. Pointing at a byte marks the part that it is of. Of many bytes the first are drawn,
 * and the others when they are asked for.
 */
import { Fragment } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { number } from "../base/format";
import { useWidth } from "../base/width";

/** Bytes that are drawn at a time. */
const DRAWN = 2048;
/** Px that 16 bytes a row need; a narrower page has 8. */
const WIDE = 480;
/** Px above a row that is brought into sight. */
const MARGIN = 36;

/**
 * @typedef {object} HexPaneProps
 * @property {string} digits two a byte
 * @property {{ start: number, end: number } | null} marked
 * @property {number | null} reveal the byte that is brought into sight
 * @property {number} from where the message begins: what stands before it is quieter
 * @property {(at: number | null) => void} onPoint
 * @property {(at: number) => void} onSelect
 */

/** @param {HexPaneProps} props */
export function HexPane({ digits, marked, reveal, from, onPoint, onSelect }) {
  const [asked, setAsked] = useState(DRAWN);
  /** @type {[import("preact").RefObject<HTMLDivElement | null>, number]} */
  const [pane, width] = useWidth(WIDE);
  const row = width < WIDE ? 8 : 16;
  const count = digits.length / 2;
  const drawn = Math.min(count, asked);
  // What is marked is drawn, however far behind it stands; what is in between is not.
  const block = Math.floor((marked?.start ?? 0) / DRAWN) * DRAWN;
  const blocks = [
    { from: 0, to: drawn },
    ...(block >= drawn ? [{ from: block, to: Math.min(count, block + DRAWN) }] : []),
  ];
  useEffect(() => {
    const box = pane.current;
    /** @type {HTMLElement | null | undefined} */
    const byte = reveal === null ? null : box?.querySelector(`[data-at="${reveal}"]`);
    if (!box || !byte) return;
    const place = byte.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (place < 0 || place > box.clientHeight - MARGIN) box.scrollTop += place - MARGIN;
  }, [reveal, pane]);
  /** @param {Event} event */
  const byteOf = (event) => {
    const at = /** @type {HTMLElement} */ (event.target).dataset?.at;
    return at === undefined ? null : Number(at);
  };
  return (
    <div ref={pane} class="hex-pane">
      <div
        class="hex code"
        role="img"
        aria-label={`${number(count)} bytes in hex digits${marked ? `, bytes ${marked.start} to ${marked.end} marked` : ""}`}
        onMouseOver={(event) => onPoint(byteOf(event))}
        onMouseLeave={() => onPoint(null)}
        onClick={(event) => {
          const at = byteOf(event);
          if (at !== null) onSelect(at);
        }}
      >
        {blocks.map((part) => (
          <Fragment key={part.from}>
            {part.from > drawn && <div class="hex-gap">{number(part.from - drawn)} bytes in between</div>}
            {Array.from({ length: Math.ceil((part.to - part.from) / row) }, (_, index) => part.from + index * row).map(
              (at) => (
                <HexRow key={at} digits={digits} at={at} size={row} marked={marked} from={from} />
              ),
            )}
          </Fragment>
        ))}
      </div>
      {drawn < count && (
        <button type="button" class="button" onClick={() => setAsked(drawn + 4 * DRAWN)}>
          Show more of {number(count)} bytes
        </button>
      )}
    </div>
  );
}

/** @param {{ digits: string, at: number, size: number, marked: { start: number, end: number } | null, from: number }} props */
function HexRow({ digits, at, size, marked, from }) {
  const end = Math.min(at + size, digits.length / 2);
  const first = Math.max(marked?.start ?? end, at);
  const last = Math.min(marked?.end ?? at, end);
  const quiet = Math.min(Math.max(from, at), end);
  // The same row is drawn once: pointing changes a few of many.
  return useMemo(() => {
    const bytes = Array.from({ length: end - at }, (_, index) => parseInt(digits.substr((at + index) * 2, 2), 16));
    const classOf = (/** @type {number} */ place) =>
      [place >= first && place < last && "is-marked", place < quiet && "is-quiet"].filter(Boolean).join(" ") ||
      undefined;
    return (
      <div class="hex-row">
        <span class="hex-offset">{at.toString(16).padStart(4, "0")}</span>
        <span class="hex-bytes">
          {bytes.map((byte, index) => (
            <span key={index} class={classOf(at + index)} data-at={at + index}>
              {byte.toString(16).padStart(2, "0")}
            </span>
          ))}
        </span>
        <span class="hex-letters">
          {bytes.map((byte, index) => (
            <span key={index} class={classOf(at + index)} data-at={at + index}>
              {byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"}
            </span>
          ))}
        </span>
      </div>
    );
  }, [digits, at, end, first < last ? first : -1, first < last ? last : -1, quiet]);
}
