/**
 * Tells programs that drive the page, such as benchmarks, how far it is: the root element's `data-state` and `data-memory` (bytes that the
 * analyzer takes), and performance marks at the opening of a capture and at the end of its reading.
 *
 * @import { Reading } from "./reading"
 */
import { effect } from "@preact/signals";

const MARKS = { empty: null, loading: "swarmscope:open", ready: "swarmscope:ready" };

/** @param {Reading} reading */
export function tellMilestones(reading) {
  effect(() => {
    const { status } = reading.capture.value;
    const { dataset } = document.documentElement;
    dataset.memory = String(reading.memory.value);
    if (dataset.state === status) return;
    dataset.state = status;
    const mark = MARKS[status];
    if (mark !== null) performance.mark(mark);
  });
}
