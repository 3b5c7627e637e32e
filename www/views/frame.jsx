/**
 * One frame: its layers and messages as a tree, its bytes beside them, what was read from it, and how Wireshark and TShark show it.
 *
 * @import { EventRow, FrameNote, FrameView } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { FrameState } from "../state/frame"
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { copy } from "../base/clipboard";
import { counted, moment, number } from "../base/format";
import { CopyButton } from "../components/copy_button";
import { FrameNumber } from "../components/frame_number";
import { HexPane } from "../components/hex_pane";
import { PartTree } from "../components/part_tree";
import { HEADERS, openAtFirst, partAt, pathAt, pathsAbove } from "../components/parts";

/** Events that are listed. */
const EVENTS_TOLD = 40;

/** The frame in a panel of its own, where no row's detail is open. @param {{ app: App }} props */
export function FramePanel({ app }) {
  return (
    <aside class="detail" aria-label="Frame" tabIndex={-1}>
      <FrameSection app={app} />
    </aside>
  );
}

/** @param {{ app: App }} props */
export function FrameSection({ app }) {
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  const { frame } = app.selection.value;
  /** @type {FrameState | null} */
  const state = app.frames.state.value ?? (frame === null ? null : { number: frame, status: "reading", view: null });
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const element = section.current;
    element?.focus({ preventScroll: true });
    element?.scrollIntoView?.({ block: "nearest" });
    return () => {
      const inside = element?.contains(document.activeElement) || document.activeElement === document.body;
      if (inside && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, []);
  if (state === null) return null;
  return (
    <section ref={section} class="frame-view" aria-labelledby="frame-title" tabIndex={-1}>
      <FrameHead app={app} state={state} />
      <FrameTrouble state={state} last={lastFrame(app)} />
      {state.view && state.status !== "none" && state.status !== "gone" && (
        <FrameBody key={state.view.number} app={app} view={state.view} stale={state.status === "reading"} />
      )}
    </section>
  );
}

/** @param {{ app: App, state: FrameState }} props */
function FrameHead({ app, state: { number: frame, status, view } }) {
  const last = lastFrame(app);
  return (
    <header>
      <h2 id="frame-title">Frame {number(frame)}</h2>
      {view && status === "shown" && <p class="caption">{sizeTold(view)}</p>}
      <span class="frame-steps">
        <button
          type="button"
          class="button is-quiet"
          aria-label="Previous frame"
          disabled={frame <= 1}
          onClick={() => app.openFrame(frame - 1)}
        >
          ←
        </button>
        <button
          type="button"
          class="button is-quiet"
          aria-label="Next frame"
          disabled={last !== null && frame >= last}
          onClick={() => app.openFrame(frame + 1)}
        >
          →
        </button>
        <button type="button" class="button is-quiet" aria-label="Close the frame" onClick={() => app.openFrame(null)}>
          ✕
        </button>
      </span>
    </header>
  );
}

/** What is shown where no frame is. @param {{ state: FrameState, last: number | null }} props */
function FrameTrouble({ state: { number: frame, status, view }, last }) {
  switch (status) {
    case "reading":
      return (
        <p class="caption listing" role="status">
          <progress class="listing-progress" aria-label="Reading up to the frame" />
          {view === null && "The files are read once more, up to this frame."}
        </p>
      );
    case "none":
      return (
        <p class="table-nothing">
          There is no frame {number(frame)} in this capture.
          {last !== null && (
            <>
              {" "}
              The last one is <FrameNumber frame={last} />.
            </>
          )}
        </p>
      );
    case "gone":
      return <p class="table-nothing">The reader has ended, and frames cannot be read. Choose the file again.</p>;
    case "shown":
      return null;
  }
}

/** @param {{ app: App, view: FrameView, stale: boolean }} props */
function FrameBody({ app, view, stale }) {
  const [open, setOpen] = useState(() => openAtFirst(view.layers));
  const [selected, setSelected] = useState(/** @type {string | null} */ (null));
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  useEffect(() => {
    setOpen(openAtFirst(view.layers));
    setSelected(null);
  }, [view]);
  const toggle = (/** @type {string} */ path, /** @type {boolean} */ now) => {
    const next = new Set(open);
    if (now) next.add(path);
    else next.delete(path);
    setOpen(next);
  };
  const select = (/** @type {number} */ at) => {
    const path = pathAt(view.layers, at);
    if (path !== null) setOpen(new Set([...open, ...pathsAbove(path)]));
    setSelected(path);
  };
  const message = view.layers.find(({ name }) => !HEADERS.includes(name));
  return (
    <div class={stale ? "frame-body is-stale" : "frame-body"}>
      <PartTree
        parts={view.layers}
        open={open}
        selected={selected}
        pointed={pointed}
        onToggle={toggle}
        onSelect={setSelected}
        onPoint={setPointed}
      />
      <Notes notes={view.notes} />
      <HexPane
        digits={view.bytes}
        marked={partAt(view.layers, pointed ?? selected)}
        reveal={partAt(view.layers, selected)?.start ?? null}
        from={message?.start ?? 0}
        onPoint={(at) => setPointed(at === null ? null : pathAt(view.layers, at))}
        onSelect={select}
      />
      {view.left_out > 0 && <p class="caption">{counted(view.left_out, "byte")} more are in the file.</p>}
      <ToWireshark view={view} />
      <Told app={app} view={view} />
    </div>
  );
}

/** @param {{ notes: FrameNote[] }} props */
function Notes({ notes }) {
  return (
    <>
      {notes.map(({ text, frame }) => (
        <p key={text} class="caption frame-note">
          {text}
          {frame !== null && (
            <>
              {" "}
              <FrameNumber frame={frame} />.
            </>
          )}
        </p>
      ))}
    </>
  );
}

/** @param {{ view: FrameView }} props */
function ToWireshark({ view: { filter, command, file, number: frame, number_in_file: inFile } }) {
  return (
    <>
      {inFile !== frame && (
        <p class="caption">
          In {file} it has the number {number(inFile)}: filter and command use that.
        </p>
      )}
      <p class="frame-filter code">{filter}</p>
      <p class="frame-filter code">{command}</p>
      <p class="actions">
        <CopyButton class="button is-primary" copy={() => copy(filter)}>
          Copy as Wireshark filter
        </CopyButton>
        <CopyButton copy={() => copy(command)}>Copy TShark command</CopyButton>
      </p>
    </>
  );
}

/** @param {{ app: App, view: FrameView }} props */
function Told({ app, view: { events, flow } }) {
  return (
    <>
      <h3>What was read from it</h3>
      {events.length === 0 && <p class="caption">No message begins or ends in this frame.</p>}
      <ul class="frame-events">
        {events.slice(0, EVENTS_TOLD).map((row) => (
          <EventLine key={row.number} row={row} />
        ))}
      </ul>
      {events.length > EVENTS_TOLD && <p class="caption">{counted(events.length - EVENTS_TOLD, "event")} more.</p>}
      {flow !== null && (
        <p class="actions">
          <button type="button" class="button" onClick={() => app.showEvents({ flow })}>
            Show its connection
          </button>
        </p>
      )}
    </>
  );
}

/** @param {{ row: EventRow }} props */
function EventLine({ row: { protocol, extension, text } }) {
  return (
    <li>
      <span class="caption">{extension ?? protocol}</span> <span class="code">{text}</span>
    </li>
  );
}

/**
 * The capture's last frame, once it is known.
 * @param {App} app
 */
function lastFrame(app) {
  const state = app.reading.capture.value;
  return state.status === "ready" && state.end === "finished" ? state.digest.capture.frames : null;
}

/** @param {FrameView} view */
function sizeTold({ captured, original, time, link_type: link }) {
  const size = original > captured ? `${number(captured)} of ${counted(original, "byte")}` : counted(captured, "byte");
  return `${size}, ${moment(time)}, ${link}`;
}
