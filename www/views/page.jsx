/**
 * The page as a whole: empty, or the bar, the rail, a view and a row's detail.
 *
 * @import { App } from "../state/app"
 * @import { ViewId } from "../state/selection"
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { FrameOpener } from "../components/frame_number";
import { listenForFiles } from "../components/drop_target";
import { TimelineStrip } from "../components/timeline_strip";
import { holdsLinks } from "../state/arrivals";
import { DetailPanel } from "./detail";
import { EmptyPage } from "./empty";
import { FramePanel } from "./frame";
import { VIEW_TABLE } from "./index";
import { KeysDialog, useKeys } from "./keys";
import { Notices } from "./notices";
import { Rail } from "./rail";
import { TopBar } from "./top_bar";

const NOT_A_FILE =
  "That is not a file. Drop a capture file (pcap or pcapng), a .torrent file or a magnet link, or choose a file.";

/** Views whose picture is the timeline. @type {ViewId[]} */
const OWN_TIMELINE = ["overview", "hosts"];

/** @param {{ app: App }} props */
export function Page({ app }) {
  const search = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [hovered, setHovered] = useState(false);
  useKeys(app, search);
  useEffect(
    () =>
      listenForFiles(window, {
        onHover: setHovered,
        onFiles: (haul) => app.take(haul),
        onText: (text) => (holdsLinks(text) ? app.take([], text) : (app.reading.notice.value = NOT_A_FILE)),
        onOther: () => (app.reading.notice.value = NOT_A_FILE),
      }),
    [app],
  );
  const state = app.reading.capture.value;
  const name = state.status === "empty" ? null : state.subject.names[0];
  useEffect(() => {
    document.title = name === null ? "Swarmscope" : `${name} – Swarmscope`;
  }, [name]);
  const frame = state.status !== "empty" && app.selection.value.frame !== null;
  return (
    <FrameOpener.Provider value={(number) => app.openFrame(number)}>
      {state.status === "empty" ? (
        <EmptyPage app={app} state={state} hovered={hovered} />
      ) : (
        <div class={app.detail.value || frame ? "report has-detail" : "report"}>
          <TopBar app={app} state={state} search={search} />
          <Rail app={app} />
          <View app={app} />
          {state.digest && app.looked.value && (
            <DetailPanel app={app} digest={state.digest} detail={app.looked.value} />
          )}
          {frame && !(state.digest && app.looked.value) && <FramePanel app={app} />}
          {hovered && <div class="drop-veil">Drop to read</div>}
        </div>
      )}
      <KeysDialog app={app} />
      <p class="visually-hidden" role="status">
        {app.reading.spoken.value}
      </p>
    </FrameOpener.Provider>
  );
}

/** @param {{ app: App }} props */
function View({ app }) {
  const state = app.reading.capture.value;
  const { view } = app.selection.value;
  const Content = VIEW_TABLE.find(({ id }) => id === view)?.component;
  if (state.status === "empty" || !Content) return null;
  const reading = state.status === "loading";
  return (
    <main key={view} class="view" data-scroller aria-busy={reading}>
      {state.digest && !OWN_TIMELINE.includes(view) && <TimelineStrip traffic={state.digest.traffic} />}
      <div class="view-content">
        <Notices app={app} state={state} />
        {state.digest ? (
          <Content app={app} digest={state.digest} reading={reading} />
        ) : (
          <p class="caption">Reading the first frames.</p>
        )}
      </div>
    </main>
  );
}
