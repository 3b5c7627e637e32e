/**
 * The watch list: what is typed is watched for, what is met is told, and its rows are marked wherever they stand.
 */
import { afterEach, expect, test } from "vitest";
import { pageOf, settled, textOf } from "../support/page";

const HOSTS = ["192.168.1.10", "192.168.1.20"].map((address) => ({
  address,
  local: true,
  bittorrent: false,
  evidence: [],
  clients: [],
  torrents: [],
  listen_ports: [],
  port_mappings: [],
  trackers: [],
  series: null,
}));

/** @type {() => void} */
let close;
afterEach(() => {
  close();
  localStorage.clear();
});

/** @param {Element} root @param {string} text */
async function watch(root, text) {
  const area = /** @type {HTMLTextAreaElement} */ (root.querySelector("textarea"));
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
  /** @type {HTMLButtonElement} */ (root.querySelector(".watch-editor [type=submit]")).click();
  await settled();
}

test("what is typed is watched for, and what is met is told and marked", async () => {
  const page = await pageOf({ tables: { hosts: HOSTS }, selection: { view: "watch" } });
  close = page.close;
  expect(textOf(page.root.querySelector("h1"))).toBe("Watch list");
  await watch(page.root, "192.168.1.20\n10.9.9.9");
  expect(textOf(page.root.querySelector("h1"))).toBe("1 of 2 entries met");
  expect([...page.root.querySelectorAll(".watched tbody tr")].map(textOf)).toEqual([
    "192.168.1.201 host 192.168.1.207",
    "10.9.9.9not met",
  ]);
  /** @type {HTMLButtonElement} */ (page.root.querySelector(".watched td button")).click();
  await settled();
  expect(page.app.selection.value).toMatchObject({ view: "hosts", filter: "192.168.1.20" });
  page.app.select({ filter: "" });
  await settled();
  const rows = [...page.root.querySelectorAll('.table-body [role="row"]')];
  expect(rows.map((row) => row.classList.contains("is-watched"))).toEqual([false, true]);
});

test("the list is kept until it is emptied", async () => {
  const first = await pageOf({ tables: { hosts: HOSTS }, selection: { view: "watch" } });
  await watch(first.root, "192.168.1.20");
  first.close();
  const second = await pageOf({ tables: { hosts: HOSTS }, selection: { view: "watch" } });
  close = second.close;
  expect(second.app.watch.text.value).toBe("192.168.1.20");
  expect(textOf(second.root.querySelector("h1"))).toBe("1 of 1 entry met");
  await second.app.watch.set("");
  await settled();
  expect(localStorage.length).toBe(0);
  expect(textOf(second.root.querySelector("h1"))).toBe("Watch list");
});
