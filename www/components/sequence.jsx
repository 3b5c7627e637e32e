/**
 * Who spoke to whom, in order: a lifeline for each party, an arrow for each step. Narrow pages, and whoever cannot see it, get the same as a list.
 */
import { cut } from "../base/format";
import { useWidth } from "../base/width";

const STEP = 22;
const HEAD = 44;
const TIMES = 44;
/** Beyond the last lifeline, for the words of a step that ends there without an answer. */
const RIGHT = 52;
/** Below so many px a lane, neighbours' labels stand on two levels. */
const TWO_LEVELS_BELOW = 124;
const LEVEL = 34;
const NARROWEST_LANE = 68;
/** Px that a letter of a name takes on average, and one of an address always. */
const LETTER = 6.1;
const CODE_LETTER = 7.3;

/** @typedef {{ id: string, name: string, address: string, silent: boolean }} Party `silent`: nothing was ever heard of it */
/**
 * `kind` names the hue; `lost`: the step has no answer. `time` is in the picture's unit, as text.
 * @typedef {{ time: string, from: string, to: string, text: string, kind: "name" | "dht", lost: boolean }} Step
 */

/** @param {{ parties: Party[], steps: Step[], unit: string, label: string }} props */
export function Sequence({ parties, steps, unit, label }) {
  /** @type {[import("preact").RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const lane = (width - TIMES - RIGHT) / parties.length;
  const drawn = lane >= NARROWEST_LANE;
  return (
    <div ref={ref} class="sequence">
      {drawn && <Picture parties={parties} steps={steps} unit={unit} label={label} width={width} lane={lane} />}
      <List parties={parties} steps={steps} unit={unit} hidden={drawn} />
    </div>
  );
}

/** @param {{ parties: Party[], steps: Step[], unit: string, label: string, width: number, lane: number }} props */
function Picture({ parties, steps, unit, label, width, lane }) {
  const levels = lane < TWO_LEVELS_BELOW ? 2 : 1;
  const head = HEAD + (levels - 1) * LEVEL;
  const height = head + steps.length * STEP + 14;
  const places = new Map(parties.map(({ id }, index) => [id, Math.round(TIMES + lane * (index + 0.5)) + 0.5]));
  const x = (/** @type {string} */ id) => places.get(id) ?? 0;
  const room = lane * levels - 8;
  const levelOf = (/** @type {number} */ index) => (levels === 2 && index % 2 === 1 ? LEVEL : 0);
  return (
    <svg role="img" aria-label={label} width={width} height={height}>
      <text class="axis" x={TIMES} y={head - 14} text-anchor="end">
        {unit}
      </text>
      {nameLabels(parties, levels === 1).map(({ name, first, last, index, parties: count }) => (
        <text key={first} class="party" x={(x(first) + x(last)) / 2} y={14 + levelOf(index)} text-anchor="middle">
          {cut(name, (room * count) / LETTER)}
        </text>
      ))}
      {parties.map((party, index) => (
        <g key={party.id}>
          <text class="code" x={x(party.id)} y={30 + levelOf(index)} text-anchor="middle">
            {cut(party.address, room / CODE_LETTER)}
            <title>{party.address}</title>
          </text>
          <line
            class={party.silent ? "lifeline is-silent" : "lifeline"}
            x1={x(party.id)}
            x2={x(party.id)}
            y1={38 + levelOf(index)}
            y2={height}
          />
        </g>
      ))}
      {steps.map((step, index) => (
        <Arrow key={index} step={step} y={head + index * STEP + STEP / 2 + 4} from={x(step.from)} to={x(step.to)} />
      ))}
    </svg>
  );
}

/** @param {{ step: Step, y: number, from: number, to: number }} props */
function Arrow({ step, y, from, to }) {
  const way = Math.sign(to - from);
  const tip = step.lost ? to - way * 8 : to - way * 4;
  return (
    <g class={`step step-${step.kind}`}>
      <text class="axis" x={TIMES} y={y + 4} text-anchor="end">
        {step.time}
      </text>
      <line class="arrow" x1={from} x2={tip} y1={y} y2={y} />
      {/* The words stand by the party that is asked: before the arrow's head, of an answer before its tail. */}
      <text class="on-picture" x={Math.max(from, to) - 12} y={y - 4} text-anchor="end">
        {step.text}
      </text>
      {step.lost ? (
        <>
          <path class="cross" d={`M${to - 4} ${y - 4}l8 8m0-8l-8 8`} />
          <text class="lost" x={to + 10} y={y + 4}>
            no response
          </text>
        </>
      ) : (
        <path class="arrow-head" d={`M${to} ${y}l${-7 * way} -4v8z`} />
      )}
    </g>
  );
}

/** @param {{ parties: Party[], steps: Step[], unit: string, hidden: boolean }} props */
function List({ parties, steps, unit, hidden }) {
  const byId = new Map(parties.map((party) => [party.id, party]));
  return (
    <ol class={hidden ? "sequence-list visually-hidden" : "sequence-list"}>
      {steps.map((step, index) => {
        const [from, to] = [byId.get(step.from), byId.get(step.to)];
        return (
          <li key={index}>
            <span class="when">
              {step.time} {unit}
            </span>
            <span>
              {step.text}
              {step.lost && <span class="lost"> × no response</span>}
              <small>
                {from?.name} → {to?.name} <span class="code">{(step.from === parties[0].id ? to : from)?.address}</span>
              </small>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/**
 * The names above the lifelines. Neighbours of one name may share its label.
 * @param {Party[]} parties
 * @param {boolean} share
 */
function nameLabels(parties, share) {
  /** @type {{ name: string, first: string, last: string, index: number, parties: number }[]} */
  const labels = [];
  for (const [index, { id, name }] of parties.entries()) {
    const before = labels.at(-1);
    if (share && before?.name === name) {
      before.last = id;
      before.parties += 1;
    } else {
      labels.push({ name, first: id, last: id, index, parties: 1 });
    }
  }
  return labels;
}
