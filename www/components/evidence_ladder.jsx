/**
 * The ladder of evidence, opened: strongest on top, each rung with the first frame that shows it; below it what is no rung, and how to see the same
 * elsewhere.
 */
import { copy } from "../base/clipboard";
import { clock, number } from "../base/format";
import { CopyButton } from "./copy_button";
import { FrameNumber } from "./frame_number";

/** A rung that was reached. @typedef {{ rung: string, frame: number | null, time: number | null, last_frame: number | null, note: string }} Step */

/**
 * What is no rung; `confidence`: from 0 to 1, null for what is certain.
 * @typedef {{ kind: string, word: string, count: number, frame: number, time: number, last_frame: number, confidence: number | null }} Beside
 */

/**
 * @param {{ rungs: { rung: string, word: string, meaning: string, absent: string }[], steps: Step[], beside: Beside[], filter: string, command: string }} props
 *   `rungs`: all that there are, the weakest first, and what is said of one that is not reached
 */
export function EvidenceLadder({ rungs, steps, beside, filter, command }) {
  return (
    <div class="evidence">
      <ol class="evidence-rungs">
        {rungs.toReversed().map(({ rung, word, meaning, absent }) => (
          <Rung
            key={rung}
            word={word}
            meaning={meaning}
            absent={absent}
            step={steps.find((step) => step.rung === rung)}
          />
        ))}
      </ol>
      {beside.length > 0 && (
        <ul class="evidence-beside" aria-label="Beside the ladder">
          {beside.map((one) => (
            <li key={one.kind}>
              <span>{one.word}</span>
              <span>{one.confidence !== null && `${number(one.confidence * 100, 1)} % sure`}</span>
              <small>
                {number(one.count)} ×, first in frame <FrameNumber frame={one.frame} /> at {clock(one.time)}
                {one.last_frame !== one.frame && (
                  <>
                    , last in frame <FrameNumber frame={one.last_frame} />
                  </>
                )}
              </small>
            </li>
          ))}
        </ul>
      )}
      <p class="evidence-filter">
        <code title={filter}>{filter}</code>
        <CopyButton label="Copy as a display filter of Wireshark" copy={() => copy(filter)}>
          Filter
        </CopyButton>
        <CopyButton label="Copy as a command for TShark" copy={() => copy(command)}>
          TShark
        </CopyButton>
      </p>
    </div>
  );
}

/** @param {{ word: string, meaning: string, absent: string, step: Step | undefined }} props */
function Rung({ word, meaning, absent, step }) {
  if (!step) {
    return (
      <li title={meaning}>
        <span>{word}</span>
        <span class="absent">{absent}</span>
      </li>
    );
  }
  return (
    <li class="is-reached" title={meaning}>
      <span>{word}</span>
      <span>
        {step.frame !== null && (
          <>
            frame <FrameNumber frame={step.frame} />
          </>
        )}
      </span>
      <small>
        {step.note}
        {step.time !== null && `, first at ${clock(step.time)}`}
        {step.last_frame !== null && (
          <>
            , last in frame <FrameNumber frame={step.last_frame} />
          </>
        )}
      </small>
    </li>
  );
}
