/**
 * What is dropped, folders and all.
 */
import { expect, test } from "vitest";
import { dropped, inFolder } from "../../../www/components/dropped_files";

/** A folder, a file, or one that cannot be read. @typedef {{ [name: string]: Tree | string | null }} Tree */

/**
 * An entry as the browser gives it: folders tell a few of what they hold at a time.
 * @param {string} name
 * @param {Tree | string | null} content
 * @returns {any}
 */
function entry(name, content) {
  if (typeof content === "string" || content === null) {
    const file = (/** @type {Function} */ tell, /** @type {Function} */ fail) =>
      content === null ? fail(new Error("gone")) : tell(new File([content], name));
    return { name, isFile: true, isDirectory: false, file };
  }
  const createReader = () => {
    const rest = Object.entries(content).map(([inner, of]) => entry(inner, of));
    return { readEntries: (/** @type {Function} */ tell) => tell(rest.splice(0, 2)) };
  };
  return { name, isFile: false, isDirectory: true, createReader };
}

/** @param {Tree} tree @returns {any} */
function transfer(tree) {
  const entries = Object.entries(tree).map(([name, content]) => entry(name, content));
  const items = entries.map((one) => ({ kind: "file", webkitGetAsEntry: () => one }));
  return { items, files: Object.keys(tree).map((name) => new File(["?"], name)) };
}

/** @param {File[]} files */
const names = (files) => files.map(({ name }) => name);

test("files alone are there at once", () => {
  const haul = dropped(transfer({ "b.pcap": "b", "a.pcap": "a" }));
  expect(haul).not.toBeInstanceOf(Promise);
  expect(names(/** @type {any} */ (haul).files)).toEqual(["b.pcap", "a.pcap"]);
});

test("a folder is walked to its depth, in the order of its paths, and hidden files are passed over", async () => {
  const tree = {
    "one.pcap": "named",
    day: {
      "b.pcap": "b",
      ".hidden": "h",
      ".git": { "c.pcap": "c" },
      a: { "z.pcap": "z", deeper: { "y.pcap": "y" } },
      "a.pcap": "a",
      "gone.pcap": null,
    },
  };
  const { files, found, hidden, beyond } = await dropped(transfer(tree));
  expect(names(files)).toEqual(["one.pcap"]);
  expect(names(found)).toEqual(["y.pcap", "z.pcap", "a.pcap", "b.pcap"]);
  expect([hidden, beyond]).toEqual([2, 0]);
});

test("a folder of more than is looked at ends, and says so", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 1600 }, (_, at) => [`${String(at).padStart(5, "0")}.pcap`, "x"]),
  );
  const { found, beyond } = await dropped(transfer({ many }));
  expect([found.length, found[0].name, beyond]).toEqual([1500, "00000.pcap", 100]);
});

test("a folder that was chosen is the same", () => {
  const at = (/** @type {string} */ path) =>
    Object.defineProperty(new File(["x"], path.split("/").at(-1) ?? ""), "webkitRelativePath", { value: path });
  const { found, hidden } = inFolder(["day/b.pcap", "day/.x/c.pcap", "day/a/z.pcap", "day/.DS_Store"].map(at));
  expect(names(found)).toEqual(["z.pcap", "b.pcap"]);
  expect(hidden).toBe(2);
});
