/**
 * Tells programs that drive the page, such as benchmarks, how far it is: the root element's `data-state` and `data-memory` (bytes that the
 * analyzer takes), and performance marks at the opening of a capture and at the end of its reading. The same of a verification: `data-verifying` and
 * `data-verifying-memory`.
 *
 * @import { Reading } from "./reading"
 * @import { Doing, Verification } from "./verification"
 */
import { effect } from "@preact/signals";

/** @type {Partial<Record<Doing["status"], string>>} */
const VERIFYING_MARKS = { asking: "swarmscope:verify", done: "swarmscope:verified" };
const MARKS = { empty: null, loading: "swarmscope:open", ready: "swarmscope:ready" };

/**
 * @param {Reading} reading
 * @param {Verification} verification
 */
export function tellMilestones(reading, verification) {
  effect(() => {
    const doing = verification.doing.value;
    const { dataset } = document.documentElement;
    const status = doing?.status ?? "none";
    if (doing?.status === "done") dataset.verifyingMemory = String(doing.memory);
    if (dataset.verifying === status) return;
    dataset.verifying = status;
    const mark = doing && VERIFYING_MARKS[doing.status];
    if (mark) performance.mark(mark);
  });
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
