/**
 * Text out of the page: to the clipboard, or to a file.
 */

/**
 * Copies text. Called within a click it may be given a promise, whose wait the browser then allows.
 * @param {string | Promise<Blob>} content
 */
export async function copy(content) {
  const type = "text/plain";
  if (typeof content === "string") return copyText(content);
  if (navigator.clipboard && typeof ClipboardItem !== "undefined") {
    const plain = content.then((blob) => new Blob([blob], { type }));
    return navigator.clipboard.write([new ClipboardItem({ [type]: plain })]);
  }
  return copyText(await (await content).text());
}

/**
 * Offers content as a file to keep.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {string} text */
async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Pages that are not served securely have no clipboard but this one.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("the browser did not allow it");
}
