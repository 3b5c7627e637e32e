/**
 * Whether the page is being printed: what is drawn only where it is seen must then be drawn whole.
 */
import { useEffect, useState } from "preact/hooks";

/** @returns {boolean} */
export function usePrinting() {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = () => setPrinting(true);
    const end = () => setPrinting(false);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return printing;
}
