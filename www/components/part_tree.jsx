/**
 * The parts of a frame as a tree. The arrow keys move through it, open and close; the part with the focus is the one whose bytes are marked.
 *
 * @import { Part, PartRow } from "./parts"
 */
import { useRef } from "preact/hooks";
import { number } from "../base/format";
import { MOST_ROWS, rowsInSight } from "./parts";

/**
 * @typedef {object} PartTreeProps
 * @property {Part[]} parts
 * @property {Set<string>} open
 * @property {string | null} selected
 * @property {string | null} pointed
 * @property {(path: string, open: boolean) => void} onToggle
 * @property {(path: string) => void} onSelect
 * @property {(path: string | null) => void} onPoint
 */

/** @param {PartTreeProps} props */
export function PartTree({ parts, open, selected, pointed, onToggle, onSelect, onPoint }) {
  const tree = useRef(/** @type {HTMLDivElement | null} */ (null));
  const rows = rowsInSight(parts, open);
  const at = rows.findIndex(({ path }) => path === selected);

  /** @param {number} index */
  function moveTo(index) {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
    if (!row) return;
    onSelect(row.path);
    /** @type {HTMLElement | null | undefined} */
    const element = tree.current?.querySelector(`[data-path="${row.path}"]`);
    element?.focus();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[at];
    const above = row?.path.includes(".") ? row.path.slice(0, row.path.lastIndexOf(".")) : null;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => moveTo(at + 1),
      ArrowUp: () => moveTo(at - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ArrowRight: () => (row?.open === false ? onToggle(row.path, true) : moveTo(at + (row?.open ? 1 : 0))),
      ArrowLeft: () =>
        row?.open ? onToggle(row.path, false) : above && moveTo(rows.findIndex(({ path }) => path === above)),
      Enter: () => row && row.open !== null && onToggle(row.path, !row.open),
      " ": () => row && row.open !== null && onToggle(row.path, !row.open),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  const lines = (
    <div
      ref={tree}
      class="part-tree"
      role="tree"
      aria-label="Layers and messages"
      onKeyDown={onKeyDown}
      onMouseLeave={() => onPoint(null)}
    >
      {rows.map((row, index) => (
        <PartLine
          key={row.path}
          row={row}
          selected={row.path === selected}
          pointed={row.path === pointed}
          reachable={at < 0 ? index === 0 : index === at}
          onToggle={onToggle}
          onSelect={onSelect}
          onPoint={onPoint}
        />
      ))}
    </div>
  );
  return (
    <>
      {lines}
      {rows.length >= MOST_ROWS && <p class="caption">The first {number(MOST_ROWS)} lines are shown.</p>}
    </>
  );
}

/**
 * @param {{ row: PartRow, selected: boolean, pointed: boolean, reachable: boolean, onToggle: (path: string, open: boolean) => void, onSelect: (path: string) => void, onPoint: (path: string | null) => void }} props
 */
function PartLine({ row: { part, path, level, open }, selected, pointed, reachable, onToggle, onSelect, onPoint }) {
  const classes = ["part", selected && "is-selected", pointed && "is-marked"].filter(Boolean).join(" ");
  return (
    <div
      class={classes}
      role="treeitem"
      aria-level={level}
      aria-expanded={open ?? undefined}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      data-path={path}
      data-level={Math.min(level, 8)}
      title={`${part.value}${part.value ? ", " : ""}bytes ${part.start} to ${part.end}`}
      onClick={() => {
        onSelect(path);
        if (open !== null) onToggle(path, !open);
      }}
      onFocus={() => onSelect(path)}
      onMouseEnter={() => onPoint(path)}
    >
      <span class="part-name">
        <span class="part-sign" aria-hidden="true">
          {open === null ? "" : open ? "▾" : "▸"}
        </span>
        {part.name}
      </span>
      <span class="part-value code">{part.value}</span>
    </div>
  );
}
