/**
 * A frame on the page: from a number to its layers, bytes and filter, and back.
 */
import { afterEach, expect, test, vi } from "vitest";
import { frameOf, part } from "../support/frames";
import { pageOf, settled, textOf } from "../support/page";

/** @type {() => void} */
let close = () => {};
afterEach(() => close());

/** @param {Parameters<typeof pageOf>[0]} shown */
async function shownPage(shown) {
  const page = await pageOf(shown);
  close = page.close;
  return page;
}

/** @param {Element} root */
const view = (root) => root.querySelector(".frame-view");
/** @param {Element} root */
const lines = (root) => [...root.querySelectorAll('[role="treeitem"]')].map((line) => textOf(line));

const FINDING = {
  code: "packet_malformed",
  text: "A packet.",
  severity: "note",
  count: 2,
  frames: [178, 999],
  places: [],
};

test("a number anywhere opens its frame, and closing it leads back", async () => {
  const { root, app } = await shownPage({
    digest: /** @type {any} */ ({ findings: [FINDING] }),
    selection: { view: "findings" },
    frames: [frameOf(), frameOf({ number: 179 })],
  });
  const number = /** @type {HTMLButtonElement} */ (root.querySelector(".findings .frame-number"));
  expect(number.getAttribute("aria-label")).toBe("Frame 178");
  number.focus();
  number.click();
  await settled();
  expect(app.selection.value.frame).toBe(178);
  expect(textOf(view(root)?.querySelector("h2"))).toBe("Frame 178");
  expect(lines(root)).toEqual(["▸Ethernet", "▾Peer wire messagehave, piece 9", "Length5", "Piece<b>9</b>"]);
  expect(view(root)?.querySelector("b")).toBeNull();
  expect(textOf(root.querySelector(".frame-note"))).toBe(
    "Its first bytes belong to the piece that began in frame 170.",
  );
  expect(textOf(root.querySelector(".frame-events"))).toContain("have piece 9");
  /** @type {HTMLButtonElement} */ (root.querySelector('[aria-label="Next frame"]')).click();
  await settled();
  expect(textOf(view(root)?.querySelector("h2"))).toBe("Frame 179");
  dispatchEvent(new KeyboardEvent("keydown", { key: "[" }));
  await settled();
  expect(app.selection.value.frame).toBe(178);
  dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  await settled();
  expect(view(root)).toBeNull();
});

test("a field marks its bytes, and a byte its field", async () => {
  const { root } = await shownPage({ selection: { frame: 178 }, frames: [frameOf()] });
  const marked = () => [...root.querySelectorAll(".hex-bytes .is-marked")].map((byte) => textOf(byte)).join(" ");
  const line = /** @type {HTMLElement} */ (root.querySelector('[data-path="1.1"]'));
  line.focus();
  await settled();
  expect(marked()).toBe("13 42 69 74");
  const byte = /** @type {HTMLElement} */ (root.querySelector('.hex-bytes [data-at="13"]'));
  byte.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
  await settled();
  expect(marked()).toBe("08 00");
  byte.click();
  await settled();
  expect(root.querySelector(".part.is-selected")?.getAttribute("data-path")).toBe("0.1");
});

test("the tree is moved through with the arrow keys", async () => {
  const { root } = await shownPage({ selection: { frame: 178 }, frames: [frameOf()] });
  const focused = () => document.activeElement?.getAttribute("data-path");
  const press = async (/** @type {string} */ key) => {
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await settled();
  };
  /** @type {HTMLElement} */ (root.querySelector('[data-path="0"]')).focus();
  await settled();
  await press("ArrowRight");
  expect(lines(root)).toContain("Destinationde:06:e6:cd:7c:5b");
  await press("ArrowRight");
  expect(focused()).toBe("0.0");
  await press("ArrowLeft");
  expect(focused()).toBe("0");
  await press("ArrowLeft");
  expect(lines(root)).not.toContain("Destinationde:06:e6:cd:7c:5b");
  await press("End");
  expect(focused()).toBe("1.1");
});

test("filter and command are copied as they stand there", async () => {
  const { root } = await shownPage({
    selection: { frame: 178 },
    frames: [frameOf({ number_in_file: 8, file: "b.pcap" })],
  });
  const writeText = vi.fn(async () => {});
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
  for (const button of root.querySelectorAll(".frame-view .actions button")) {
    if (textOf(button).startsWith("Copy")) /** @type {HTMLButtonElement} */ (button).click();
  }
  await settled();
  expect(writeText.mock.calls).toEqual([["frame.number == 178"], [frameOf().command]]);
  expect(textOf(view(root))).toContain("In b.pcap it has the number 8");
});

test("a frame that is not there says so", async () => {
  const { root } = await shownPage({ selection: { frame: 4_000 }, frames: [] });
  expect(textOf(view(root))).toContain("There is no frame 4 000 in this capture.");
});

test("of many bytes the first are drawn, and those that are marked", async () => {
  const bytes = "00".repeat(4400);
  const layers = [part("Ethernet", "", 0, 14), part("Payload", "", 14, 4400, [part("Last", "x", 4390, 4400)])];
  const { root } = await shownPage({ selection: { frame: 178 }, frames: [frameOf({ bytes, layers, captured: 4400 })] });
  expect(root.querySelectorAll(".hex-row")).toHaveLength(128);
  /** @type {HTMLElement} */ (root.querySelector('[data-path="1.0"]')).focus();
  await settled();
  expect(root.querySelectorAll(".hex-bytes .is-marked")).toHaveLength(10);
  expect(textOf(root.querySelector(".hex-gap"))).toBe("2 048 bytes in between");
});
