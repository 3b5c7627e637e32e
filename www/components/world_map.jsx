/**
 * Amounts of countries on a map of the world: a circle each, its area as large as the amount, the largest with their names.
 *
 * @import { RefObject } from "preact"
 * @import { World } from "./world_shapes"
 */
import { useMemo } from "preact/hooks";
import { useWidth } from "../base/width";

/** The largest circle, as a share of the map's width, and at most and least in px. */
const LARGEST_SHARE = 1 / 40;
const LARGEST = 24;
const SMALLEST = 2.5;
/** What a finger or pointer needs to hit. */
const REACH = 12;
const NAMES = 12;
const LETTER = 6.6;
const LINE = 16;
/** A map that is wider leaves the table below out of sight. */
const WIDEST = 960;

/** @typedef {{ key: string, country: string, name: string, amount: number, note: string }} Mark */
/** @typedef {Mark & { x: number, y: number, radius: number, words: { x: number, anchor: "start" | "end" } | null }} Placed */

/**
 * @typedef {object} WorldMapProps
 * @property {(width: number) => World} worldOf
 * @property {Mark[]} marks
 * @property {string} hue
 * @property {string} label what the picture shows, told to those who do not see it
 * @property {string | null} pointed key of the mark that is pointed at, here or elsewhere
 * @property {string | null} selected
 * @property {(key: string | null) => void} onPoint
 * @property {(key: string) => void} onOpen
 */

/** @param {WorldMapProps} props */
export function WorldMap({ worldOf, marks, hue, label, pointed, selected, onPoint, onOpen }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, room] = useWidth(1200);
  const width = Math.min(room, WIDEST);
  const world = useMemo(() => worldOf(width), [worldOf, width]);
  const placed = useMemo(() => placedOn(world, marks, width), [world, marks, width]);
  const shown = pointed ?? selected;
  return (
    <div ref={ref} class="world">
      <svg role="img" aria-label={label} width={width} height={world.height}>
        <path class="world-land" d={world.land} />
        <path class="world-borders" d={world.borders} />
        {placed.map(({ key, x, y, radius, name, note }) => (
          <g
            key={key}
            class={`world-mark hue-${hue}${shown === key ? " is-pointed" : shown === null ? "" : " is-dim"}`}
            onPointerEnter={() => onPoint(key)}
            onPointerLeave={() => onPoint(null)}
            onClick={() => onOpen(key)}
          >
            <circle class="world-reach" cx={x} cy={y} r={Math.max(radius, REACH)} />
            <circle class="world-amount" cx={x} cy={y} r={radius} />
            <title>
              {name}: {note}
            </title>
          </g>
        ))}
        {placed.map(({ key, x, y, name, note, words }) => {
          const told = words ?? (shown === key ? besides(x, width, 0) : null);
          return (
            told && (
              <text
                key={key}
                class={shown === null || shown === key ? "world-name" : "world-name is-dim"}
                x={told.x}
                y={y + 4}
                text-anchor={told.anchor}
              >
                {name} <tspan class="world-note">{note}</tspan>
              </text>
            )
          );
        })}
      </svg>
    </div>
  );
}

/**
 * The marks where they stand, the largest first so that none hides a smaller one; names where there is room for them.
 * @param {World} world
 * @param {Mark[]} marks
 * @param {number} width
 * @returns {Placed[]}
 */
export function placedOn(world, marks, width) {
  const most = marks.reduce((most, { amount }) => Math.max(most, amount), 0);
  const largest = Math.min(Math.max(width * LARGEST_SHARE, 9), LARGEST);
  /** @type {Placed[]} */
  const placed = [];
  for (const mark of [...marks].sort((one, other) => other.amount - one.amount)) {
    const point = world.pointOf(mark.country);
    if (point === null || mark.amount <= 0) continue;
    const radius = Math.max(Math.sqrt(mark.amount / most) * largest, SMALLEST);
    placed.push({ ...mark, x: point[0], y: point[1], radius, words: null });
  }
  /** @type {{ left: number, right: number, y: number }[]} */
  const taken = [];
  for (const mark of placed.slice(0, width < 600 ? NAMES / 4 : NAMES)) {
    const words = besides(mark.x, width, mark.radius);
    const length = (mark.name.length + mark.note.length + 1) * LETTER;
    const left = words.anchor === "start" ? words.x : words.x - length;
    const box = { left, right: left + length, y: mark.y };
    const hidden = taken.some(
      (other) => other.left < box.right && box.left < other.right && Math.abs(other.y - box.y) < LINE,
    );
    const covers = placed.some(
      ({ x, y, radius, key }) =>
        key !== mark.key && x + radius > box.left && x - radius < box.right && Math.abs(y - box.y) < radius + LINE / 3,
    );
    if (hidden || covers || left < 0 || box.right > width) continue;
    taken.push(box);
    mark.words = words;
  }
  return placed;
}

/**
 * Where words beside a circle begin, or end.
 * @param {number} x
 * @param {number} width
 * @param {number} radius
 * @returns {{ x: number, anchor: "start" | "end" }}
 */
function besides(x, width, radius) {
  const gap = Math.max(radius, SMALLEST) + 4;
  return x < width * 0.7 ? { x: x + gap, anchor: "start" } : { x: x - gap, anchor: "end" };
}
