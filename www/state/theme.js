/**
 * Light or dark: the system's preference until someone chooses, then the choice, remembered where the browser allows it.
 */
import { signal } from "@preact/signals";

/** @typedef {"light" | "dark"} Theme */

const KEY = "swarmscope.theme";

/** The theme on screen. @type {import("@preact/signals").Signal<Theme>} */
export const theme = signal("light");

/** Takes up the remembered or the system's theme, and follows the system while nothing is remembered. Paper is light. */
export function followTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const chosen = remembered();
    theme.value = chosen ?? (system.matches ? "dark" : "light");
    if (chosen) document.documentElement.dataset.theme = chosen;
  };
  system.addEventListener("change", follow);
  addEventListener("beforeprint", () => (document.documentElement.dataset.theme = "light"));
  addEventListener("afterprint", () => (document.documentElement.dataset.theme = theme.value));
  follow();
}

/** The other theme, from now on. */
export function switchTheme() {
  theme.value = theme.value === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme.value;
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** @returns {Theme | null} */
function remembered() {
  try {
    const text = localStorage.getItem(KEY);
    return text === "light" || text === "dark" ? text : null;
  } catch {
    return null;
  }
}
