/**
 * How something is known, beside it, and the report of all that is known of it.
 *
 * @import { EvidenceAnswer } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { EvidenceScope } from "../state/evidence"
 */
import { number } from "../base/format";
import { EvidenceLadder } from "../components/evidence_ladder";
import { KINDS, rungsOf } from "./evidence_words";

/** @param {{ answer: EvidenceAnswer | null }} props */
export function Ladder({ answer }) {
  if (answer === null) return null;
  const { ladder, filter, command } = answer;
  const beside = ladder.beside.map((one) => ({ ...one, word: KINDS[one.kind] }));
  return (
    <EvidenceLadder rungs={rungsOf(answer)} steps={ladder.steps} beside={beside} filter={filter} command={command} />
  );
}

/**
 * The way to what the first reading does not keep: who said that he has a piece, and who asked for it.
 * @param {{ app: App, answer: EvidenceAnswer }} props
 */
export function Trace({ app, answer: { rungs, looked_for: lookedFor } }) {
  const { share } = app.evidence;
  if (!rungs.includes("claims_pieces") || lookedFor.includes("claims_pieces")) return null;
  if (share.value !== null) {
    return (
      <p class="actions">
        <span aria-live="polite">Reading again: {number(share.value * 100)} %</span>
        <button type="button" class="button" onClick={() => app.evidence.cancel()}>
          Cancel
        </button>
      </p>
    );
  }
  return (
    <p class="actions">
      <button type="button" class="button" onClick={() => app.evidence.trace()}>
        Look for who had it and asked for it
      </button>
    </p>
  );
}

/**
 * The report of something, to be saved as a page or for programs.
 * @param {{ app: App, scope: EvidenceScope, label: string }} props
 */
export function EvidenceReport({ app, scope, label }) {
  const { share } = app.evidence;
  const state = app.reading.capture.value;
  const names = state.status === "empty" ? [] : state.subject.names;
  const save = (/** @type {"html" | "json"} */ format) =>
    state.status === "empty" ? undefined : app.evidence.save(scope, format, names[0], state.digest);
  if (share.value !== null) {
    return (
      <div class="evidence-report">
        <span aria-live="polite">Reading the files again: {number(share.value * 100)} %</span>
        <button type="button" class="button" onClick={() => app.evidence.cancel()}>
          Cancel
        </button>
      </div>
    );
  }
  const ready = state.status === "ready" && state.end !== "gone";
  return (
    <div class="evidence-report">
      <span>{label}</span>
      <button
        type="button"
        class="button"
        disabled={!ready}
        aria-label={`Save ${label} as a page`}
        onClick={() => save("html")}
      >
        Page
      </button>
      <button
        type="button"
        class="button"
        disabled={!ready}
        aria-label={`Save ${label} as JSON`}
        onClick={() => save("json")}
      >
        JSON
      </button>
    </div>
  );
}
