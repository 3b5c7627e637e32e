/**
 * A button that copies, and says for two seconds that it did.
 */
import { useEffect, useState } from "preact/hooks";

const SAID_MS = 2000;

/**
 * @param {{ copy: () => Promise<void>, children: string, label?: string, class?: string }} props
 *   `label`: what it copies, for those who do not see where it stands
 */
export function CopyButton({ copy, children, label, class: classes = "button" }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button
      type="button"
      class={classes}
      aria-label={said === "" ? label : undefined}
      onClick={() =>
        copy().then(
          () => setSaid("Copied"),
          () => setSaid("Not copied"),
        )
      }
    >
      <span aria-live="polite">{said || children}</span>
    </button>
  );
}
