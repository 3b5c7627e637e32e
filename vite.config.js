/**
 * Builds the static page: index.html and what it names, to dist/. All paths are relative, so that any static host serves it below any path.
 */
import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

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
  worker: { format: "es" },
  test: {
    environment: "happy-dom",
    include: ["tests/www/**/*.test.{js,jsx}"],
  },
});
