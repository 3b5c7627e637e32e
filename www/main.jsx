/**
 * The page's entry: puts the reader, the state and the views together.
 */
import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/table.css";
import "./style/pictures.css";
import "./style/charts.css";
import "./style/geography.css";
import "./style/overview.css";
import "./style/timeline.css";
import "./style/evidence.css";
import "./style/frame.css";
import "./style/torrent.css";
import "./style/watch.css";
import "./style/verified.css";
import "./style/states.css";
import { render } from "preact";
import { allowOnlyBlobScripts } from "./base/trusted_types";
import { Client } from "./engine/client";
import { loadModule } from "./engine/module";
import sqliteUrl from "@sqlite.org/sqlite-wasm/sqlite3.wasm?url";
import wasmUrl from "./engine/wasm/swarmscope_bg.wasm?url";
import { App } from "./state/app";
import { followAddress } from "./state/location";
import { tellMilestones } from "./state/milestones";
import { COUNTRIES } from "./state/places";
import { followTheme } from "./state/theme";
import { Page } from "./views/page";
// Started from a blob, the worker inherits the policy of index.html; started from an address it would have none.
import ReaderWorker from "./worker.js?worker&inline";

const SAMPLE = "sample.pcapng";

async function loadSample() {
  const response = await fetch(SAMPLE);
  if (!response.ok) throw new Error(`the sample is not there: ${response.status}`);
  return new File([await response.blob()], SAMPLE);
}

/** The database of countries and the list of public suffixes that lie beside the page: fetched when they are asked for. */
async function loadCountries() {
  const beside = [
    new URL("../data/country.mmdb", import.meta.url),
    new URL("../data/public_suffix_list.dat", import.meta.url),
  ];
  const [countries, suffixes] = await Promise.all(
    beside.map(async (url) => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url.pathname} is not there: ${response.status}`);
      return response.blob();
    }),
  );
  return { database: new File([countries], COUNTRIES.name), suffixes };
}

allowOnlyBlobScripts();
const client = new Client({ createWorker: () => new ReaderWorker(), loadModule: () => loadModule(wasmUrl) });
/** SQLite is fetched when a database is first asked for. */
const databases = {
  createWorker: async () => new (await import("./database.js?worker&inline")).default(),
  loadModule: () => loadModule(sqliteUrl),
};
const app = new App(client, loadSample, loadCountries);
app.database.host = databases;
followTheme();
followAddress(app.selection);
tellMilestones(app.reading, app.verification);
const root = /** @type {HTMLElement} */ (document.getElementById("page"));
root.replaceChildren();
render(<Page app={app} />, root);
if (app.selection.value.sample) app.reading.openSample();
else client.practise();
