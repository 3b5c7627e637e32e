/**
 * Builds the static page: index.html and what it names, to dist/. All paths are relative, so that any static host serves it below any path.
 */
import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

/** SQLite comes with workers of its own, for files that outlive the page, and would load its wasm itself: neither is used here, and neither is built. */
const SQLITE_ALONE = {
  name: "sqlite-alone",
  enforce: /** @type {const} */ ("pre"),
  /**
   * @param {string} code
   * @param {string} id
   */
  transform: (code, id) =>
    id.includes("/sqlite-wasm/dist/")
      ? code.replaceAll(/new URL\("sqlite3[^"]*", import\.meta\.url\)/g, 'new URL("about:blank")')
      : undefined,
};

export default defineConfig({
  base: "./",
  publicDir: "www/public",
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false })],
  build: {
    target: "es2022",
    // The policy in index.html allows no data: script and no data: font; the wasm is fetched and compiled as it streams.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es", plugins: () => [SQLITE_ALONE] },
  test: {
    environment: "happy-dom",
    include: ["tests/www/**/*.test.{js,jsx}"],
  },
});
