/**
 * A static file server for this machine alone, as plain as the hosts that the page is made for: no header but the type.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream";

const TYPES = /** @type {Record<string, string>} */ ({
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
});

/**
 * Serves a folder below a path.
 * @param {string} folder
 * @param {{ below?: string, port?: number }} [options] `below` begins and ends with a slash; `port` 0 is any free one
 * @returns {Promise<{ url: string, close: () => void }>} rejects with EADDRINUSE when the port is taken
 */
export async function serveFolder(folder, { below = "/", port = 0 } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = path.startsWith(below) ? await fileFor(folder, path.slice(below.length)) : null;
    if (file === null || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not here\n");
      return;
    }
    const type = TYPES[extname(file.path)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-length": file.size });
    if (request.method === "HEAD") response.end();
    else pipeline(createReadStream(file.path), response, () => {});
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${address.port}${below}`, close: () => server.close() };
}

/**
 * @param {string} folder
 * @param {string} path within it
 * @returns {Promise<{ path: string, size: number } | null>} null for what is not a file in the folder
 */
async function fileFor(folder, path) {
  const full = normalize(join(folder, path === "" || path.endsWith("/") ? `${path}index.html` : path));
  if (!full.startsWith(normalize(folder) + sep)) return null;
  const found = await stat(full).catch(() => null);
  return found?.isFile() ? { path: full, size: found.size } : null;
}
