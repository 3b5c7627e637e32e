/**
 * Fetches the analyzer and compiles it while it arrives.
 *
 * @import { Problem } from "./messages"
 */

/**
 * @param {string} url of the wasm file
 * @returns {Promise<WebAssembly.Module>} rejects with a {@link Problem}
 */
export async function loadModule(url) {
  if (typeof WebAssembly === "undefined") throw problem("no_wasm");
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw problem("engine_missing");
  const copy = response.clone();
  try {
    return await WebAssembly.compileStreaming(response).catch(async (error) => {
      // A host that does not know the type of a .wasm file: compile it after it has arrived.
      if (!(error instanceof TypeError)) throw error;
      return WebAssembly.compile(await copy.arrayBuffer());
    });
  } catch {
    throw problem("no_wasm");
  }
}

/**
 * @param {string} code
 * @returns {Problem}
 */
function problem(code) {
  return { code, detail: null, file: null };
}
