/**
 * Serves the built page on a local address until it is interrupted: `npm run serve`. PORT sets the port.
 */
import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { serveFolder } from "./static_server.js";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const PORT = Number(process.env.PORT ?? 4173);

await access(`${DIST}/index.html`).catch(() => {
  console.error("There is no built page. Build it first: make build");
  process.exit(1);
});
const server = await serveFolder(DIST, { port: PORT }).catch((error) => {
  if (error.code !== "EADDRINUSE") throw error;
  return serveFolder(DIST);
});
console.log(`Swarmscope:       ${server.url}`);
console.log(`with the sample:  ${server.url}#sample`);
