/**
 * The page on a digest written by hand: rendered whole, with a worker that answers from given tables.
 *
 * @import { Digest, PieceMap } from "../../../www/engine/types"
 * @import { Selection } from "../../../www/state/selection"
 */
import { render } from "preact";
import { Client } from "../../../www/engine/client";
import { App } from "../../../www/state/app";
import { Page } from "../../../www/views/page";
import { digestOf } from "./digests";
import { FakeSession } from "./fake_session";
import { FakeWorker } from "./fake_worker";

/**
 * @param {{ digest?: Partial<Digest>, tables?: Record<string, any[]>, map?: PieceMap, selection?: Partial<Selection>, reading?: boolean }} shown
 *   `reading`: the report is not the last one
 */
export async function pageOf({ digest = {}, tables, map, selection = {}, reading = false }) {
  const known = digestOf(digest);
  const session = new FakeSession({ digest: known, tables, map });
  const createWorker = () => /** @type {any} */ (new AnsweringWorker(session, reading));
  const client = new Client({ createWorker, loadModule: async () => /** @type {any} */ ({}) });
  const app = new App(client, async () => new File(["s"], "sample.pcapng"));
  app.select(selection);
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  render(<Page app={app} />, root);
  app.reading.open([new File(["x".repeat(2048)], "a.pcap")]);
  await settled();
  const close = () => {
    render(null, root);
    app.dispose();
  };
  return { app, root, close };
}

/** Waits until answers have come and what they change is drawn. */
export async function settled() {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}

/**
 * What is written in an element, with plain spaces.
 * @param {Element | null | undefined} element
 */
export function textOf(element) {
  return (element?.textContent ?? "").replaceAll("\u202f", " ");
}

/**
 * The rows of a table in sight, cell by cell.
 * @param {Element} root
 * @param {string} label
 */
export function rowsOf(root, label) {
  const rows = root.querySelectorAll(`[role="grid"][aria-label="${label}"] .table-body [role="row"]`);
  return [...rows].map((row) => [...row.children].map(textOf));
}

class AnsweringWorker extends FakeWorker {
  #session;
  #reading;

  /**
   * @param {FakeSession} session
   * @param {boolean} reading
   */
  constructor(session, reading) {
    super();
    this.#session = session;
    this.#reading = reading;
  }

  /** @override @param {import("../../../www/engine/messages").ToWorker} message */
  postMessage(message) {
    super.postMessage(message);
    setTimeout(() => this.#answer(message));
  }

  /** @param {import("../../../www/engine/messages").ToWorker} message */
  #answer(message) {
    const session = this.#session;
    switch (message.type) {
      case "open": {
        const progress = { ...session.progress(), bytes: 1024, bytes_total: 2048 };
        const end = this.#reading ? null : "finished";
        return this.say({
          type: "report",
          report: { digest: session.digest(), progress, problems: [], end, memory: 0 },
        });
      }
      case "rows":
        return this.say({ type: "rows", id: message.id, window: session.rows(message.query) });
      case "piece_map":
        return this.say({ type: "piece_map", id: message.id, map: session.piece_map() });
      case "export":
        return this.say({
          type: "file",
          id: message.id,
          blob: new Blob([session.export(message.view, message.format)]),
        });
    }
  }
}
