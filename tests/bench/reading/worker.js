/** A worker that reads a file as fast as a browser gives it, into one buffer used over and over, and answers its length. */

const CHUNK_BYTES = 4 << 20;

self.onmessage = async ({ data: file }) => {
  if (file.name.endsWith(".gz")) return self.postMessage(await inflated(file));
  const reader = file.stream().getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  let bytes = 0;
  for (;;) {
    const { value, done } = await reader.read(new Uint8Array(buffer), { min: CHUNK_BYTES });
    bytes += value.byteLength;
    if (done) break;
    buffer = value.buffer;
  }
  self.postMessage(bytes);
};

/**
 * Lets the browser unpack a file, and answers the length of what comes out.
 * @param {File} file
 */
async function inflated(file) {
  let bytes = 0;
  for await (const chunk of file.stream().pipeThrough(new DecompressionStream("gzip"))) bytes += chunk.byteLength;
  return bytes;
}
