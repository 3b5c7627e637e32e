/**
 * What stands out in the capture, and what is wrong with it.
 *
 * @import { Digest, FilePlace, FindingRow, Severity } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { Fragment } from "preact";
import { counted, number, size } from "../base/format";
import { FrameNumber } from "../components/frame_number";
import { SeveritySign } from "../components/severity_sign";
import { ViewTitle } from "./view_title";

const FRAMES_TOLD = 6;
const PLACES_TOLD = 20;
const ORDER = /** @type {Record<Severity, number>} */ ({ problem: 0, warning: 1, note: 2 });
const NAMES = /** @type {Record<Severity, string>} */ ({ problem: "Problem", warning: "Warning", note: "Note" });

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Findings({ app, digest, reading }) {
  const filter = app.selection.value.filter.toLowerCase();
  const sorted = [...digest.findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  const fitting = sorted.filter(({ text, code }) => `${text} ${code}`.toLowerCase().includes(filter));
  return (
    <>
      <ViewTitle app={app} title="Findings">
        What stands out in the capture, and where figures rest on less than everything.
      </ViewTitle>
      {fitting.length > 0 && (
        <ul class="findings">
          {fitting.map((finding) => (
            <Finding key={`${finding.code} ${finding.text}`} finding={finding} onReadOn={() => app.reading.readOn()} />
          ))}
        </ul>
      )}
      {sorted.length === 0 && (
        <p class="table-nothing">
          {reading ? "Nothing so far." : "Nothing stands out: every frame could be read, and no limit was reached."}
        </p>
      )}
      {sorted.length > 0 && fitting.length === 0 && (
        <p class="table-nothing">
          No finding fits <q>{app.selection.value.filter}</q>. {number(sorted.length)} without it.
        </p>
      )}
    </>
  );
}

/** @param {{ finding: FindingRow, onReadOn: () => void }} props */
function Finding({ finding: { code, severity, text, count, frames, places = [] }, onReadOn }) {
  const end = text.search(/[.:] /) + 1;
  const [first, rest] = end > 0 ? [text.slice(0, end), text.slice(end)] : [text, ""];
  return (
    <li>
      <span class={`severity is-${severity}`}>
        <SeveritySign severity={severity} /> {NAMES[severity]}
      </span>
      <span>
        <strong>{first}</strong>
        {rest}
        {count > 1 && <span class="caption"> {number(count)} times</span>}
        {code === "limit_expanded" && (
          <p>
            <button type="button" class="button" onClick={onReadOn}>
              Read on
            </button>{" "}
            <span class="caption">
              Reads the capture again, to the end of what is compressed. It can be stopped at any time.
            </span>
          </p>
        )}
        {places.length > 0 && (
          <ul class="places">
            {places.slice(0, PLACES_TOLD).map((place) => (
              <li key={`${place.file} ${place.offset} ${place.text}`}>{placeTold(place)}</li>
            ))}
          </ul>
        )}
      </span>
      <span class="frames">
        <FramesTold frames={frames} />
      </span>
    </li>
  );
}

/** @param {{ frames: number[] }} props */
function FramesTold({ frames }) {
  if (frames.length === 0) return null;
  const told = frames.slice(0, FRAMES_TOLD);
  const more = frames.length - told.length;
  return (
    <>
      {frames.length === 1 ? "frame " : "frames "}
      {told.map((frame, index) => (
        <Fragment key={frame}>
          {index > 0 && ", "}
          <FrameNumber frame={frame} />
        </Fragment>
      ))}
      {more > 0 && ` and ${counted(more, "more", "more")}`}
    </>
  );
}

/** @param {FilePlace} place */
function placeTold({ file, offset, bytes, text }) {
  return `${file}, byte ${number(offset)}: ${text}${bytes > 0 ? `, ${size(bytes)} skipped` : ""}`;
}
