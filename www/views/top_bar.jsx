/**
 * The bar above everything: what was opened, and what can be done with it. While a capture is read, how far that is.
 *
 * @import { RefObject } from "preact"
 * @import { App } from "../state/app"
 * @import { Loading, Ready } from "../state/capture"
 */
import { counted, duration, number, size, sizeOf } from "../base/format";
import { Mark } from "../components/brand";
import { secondsLeft } from "../state/rate";
import { BarActions, Menu, Search } from "./bar_actions";
import { VIEW_TABLE } from "./index";

/** @param {{ app: App, state: Loading | Ready, search: RefObject<HTMLInputElement | null> }} props */
export function TopBar({ app, state, search }) {
  const { names } = state.subject;
  return (
    <header class={`top-bar is-${state.status}`}>
      <Menu app={app} />
      <div class="brand">
        <Mark size={14} />
        Swarmscope
      </div>
      <div class="subject">
        <span class="view-name">{VIEW_TABLE.find(({ id }) => id === app.selection.value.view)?.title}</span>
        <span class="capture-name" title={names.join("\n")}>
          {names.length === 1 ? names[0] : `${names[0]} and ${number(names.length - 1)} more`}
        </span>
        <Facts state={state} />
      </div>
      {state.status === "loading" ? (
        <Reading app={app} state={state} />
      ) : (
        <>
          <Search app={app} search={search} />
          <BarActions app={app} />
        </>
      )}
    </header>
  );
}

/** @param {{ state: Loading | Ready }} props */
function Facts({ state: { subject, progress } }) {
  const { first_time: first = null, last_time: last = null, frames } = progress ?? {};
  return (
    <span class="capture-facts">
      <span>{size(subject.bytes)}</span>
      {first !== null && last !== null && <span>{duration(last - first)}</span>}
      {frames !== undefined && <span>{counted(frames, "frame")}</span>}
    </span>
  );
}

/** @param {{ app: App, state: Loading }} props */
function Reading({ app, state: { subject, progress, rate } }) {
  const done = progress?.bytes ?? 0;
  const total = progress?.bytes_total ?? subject.bytes;
  const left = secondsLeft(done, total, rate);
  return (
    <>
      <p class="reading">
        <strong>Reading</strong> {sizeOf(done, total)}
        {rate !== null && <span class="rate"> · {size(rate)}/s</span>}
        {left !== null && ` · ${duration(Math.max(left, 0.1))} left`}
      </p>
      <button type="button" class="button is-primary" onClick={() => app.reading.stop()}>
        Cancel <kbd>Esc</kbd>
      </button>
      <progress class="progress" aria-label="Reading" max={Math.max(total, 1)} value={done} />
    </>
  );
}
