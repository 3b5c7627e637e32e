/**
 * What the page knows of the capture: nothing, how far its reading is, or its report. States and the steps between them, as plain data.
 *
 * @import { Problem, Report } from "../engine/messages"
 * @import { Digest, Progress } from "../engine/types"
 */

/**
 * What was opened.
 * @typedef {{ names: string[], bytes: number, sample: boolean }} Subject
 */

/**
 * - `empty`: nothing was opened, or what was opened came to nothing (`problem` says why);
 * - `loading`: being read; `digest` is what is known so far, `rate` in bytes a second;
 * - `ready`: the reading has ended. `end`: everything was read, the reader holds and can go on, or the reader is gone.
 *
 * @typedef {{ status: "empty", problem: Problem | null }} Empty
 * @typedef {{ status: "loading", subject: Subject, digest: Digest | null, progress: Progress | null, rate: number | null, problems: Problem[] }} Loading
 * @typedef {{ status: "ready", subject: Subject, digest: Digest, progress: Progress, end: "finished" | "stopped" | "gone", problems: Problem[] }} Ready
 * @typedef {Empty | Loading | Ready} CaptureState
 */

/** @type {Empty} */
export const NOTHING = { status: "empty", problem: null };

/**
 * @param {Subject} subject
 * @returns {Loading}
 */
export function begun(subject) {
  return { status: "loading", subject, digest: null, progress: null, rate: null, problems: [] };
}

/**
 * @param {CaptureState} state
 * @param {Progress} progress
 * @param {number | null} rate
 * @returns {CaptureState}
 */
export function progressed(state, progress, rate) {
  return state.status === "loading" ? { ...state, progress, rate } : state;
}

/**
 * @param {CaptureState} state
 * @param {Report} report
 * @returns {CaptureState}
 */
export function reported(state, { digest, progress, problems, end }) {
  if (state.status === "empty") return state;
  const { subject } = state;
  if (end) return { status: "ready", subject, digest, progress, end, problems };
  return {
    status: "loading",
    subject,
    digest,
    progress,
    problems,
    rate: state.status === "loading" ? state.rate : null,
  };
}

/**
 * The reader is gone: what was reported stays, if anything was.
 * @param {CaptureState} state
 * @param {Problem[]} why
 * @returns {CaptureState}
 */
export function abandoned(state, why) {
  if (state.status === "empty") return state;
  const { subject, digest, progress } = state;
  if (digest === null || progress === null) return { status: "empty", problem: why[0] ?? null };
  return { status: "ready", subject, digest, progress, end: "gone", problems: [...state.problems, ...why] };
}

/**
 * A held reading goes on.
 * @param {CaptureState} state
 * @returns {CaptureState}
 */
export function resumed(state) {
  if (state.status !== "ready" || state.end !== "stopped") return state;
  const { subject, digest, progress, problems } = state;
  return { status: "loading", subject, digest, progress, problems, rate: null };
}
