/**
 * Where the peers are, whose networks they are in, and what they run: a map, bars, and a table of the same numbers. The countries come with the page, and are
 * fetched when somebody asks for them.
 *
 * @import { Digest, Geography as Section } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { By } from "../state/selection"
 */
import { useState } from "preact/hooks";
import { counted, size } from "../base/format";
import { COUNTRIES } from "../state/places";
import { MEASURES, SUMMED_BY } from "../state/selection";
import { AppTable } from "./app_table";
import { MEASURE_NAMES } from "./geography_amounts";
import { groupColumns, PLACE_COLUMNS } from "./geography_columns";
import { GeographyBars, GeographyMap } from "./geography_pictures";
import { nothingAtAll } from "./nothing_here";
import { ViewTitle } from "./view_title";

/** @type {Record<By, string>} */
const BY_NAMES = { countries: "Countries", networks: "Networks", clients: "Clients", places: "Addresses" };

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Geography({ app, digest, reading }) {
  const databases = app.places.databases.value;
  const known = databases.length > 0;
  const geography = app.geography.value.value?.is ?? null;
  return (
    <>
      <ViewTitle app={app} title="Geography" copies={known ? "geography" : undefined}>
        {geography
          ? summary(geography, reading)
          : "Where the peers are, whose networks they are in, and what they run."}
      </ViewTitle>
      {databases.every(({ name }) => name !== COUNTRIES.name) && <Offer app={app} />}
      {known && <Known app={app} digest={digest} geography={geography} reading={reading} />}
    </>
  );
}

/** @param {{ app: App }} props */
function Offer({ app }) {
  const { loading } = app.places;
  return (
    <div class="offer">
      {app.places.trouble.value && <p class="trouble">{app.places.trouble.value}</p>}
      <p>
        Countries come with the page (database of {COUNTRIES.day}). Load {size(COUNTRIES.bytes)}?{" "}
        <button type="button" class="button" disabled={loading.value} onClick={() => app.places.load()}>
          {loading.value ? "Loading" : "Load"}
        </button>
      </p>
      <p class="caption">
        They come from where the page came from, and no address is sent anywhere. A database of your own, of cities or
        of networks, works as well: drop its .mmdb file on the page.
      </p>
    </div>
  );
}

/** @param {{ app: App, digest: Digest, geography: Section | null, reading: boolean }} props */
function Known({ app, digest, geography, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  const { by, measure } = app.selection.value;
  const groups = by === "places" ? [] : (geography?.[by] ?? []);
  const pictured = { app, by, measure, groups, pointed, onPoint: setPointed };
  return (
    <>
      <div class="scope" role="group" aria-label="What is shown">
        <Segments
          label="Summed up by"
          values={SUMMED_BY}
          names={BY_NAMES}
          chosen={by}
          choose={(by) => app.select({ by })}
        />
        {by !== "places" && (
          <Segments
            label="Compared by"
            values={MEASURES}
            names={MEASURE_NAMES}
            chosen={measure}
            choose={(measure) => app.select({ measure })}
          />
        )}
      </div>
      {by === "countries" && groups.length > 0 && <GeographyMap {...pictured} />}
      {groups.length > 0 && <GeographyBars {...pictured} />}
      {by === "places" ? (
        <AppTable
          app={app}
          table="places"
          label="Addresses"
          columns={PLACE_COLUMNS}
          nothing={nothing(digest, reading)}
        />
      ) : (
        <AppTable
          app={app}
          table={by}
          label={BY_NAMES[by]}
          columns={groupColumns(by)}
          marked={pointed}
          onPoint={setPointed}
          nothing={nothing(digest, reading)}
        />
      )}
      <Sources app={app} geography={geography} />
    </>
  );
}

/**
 * @template {string} T
 * @param {{ label: string, values: T[], names: Record<T, string>, chosen: T, choose: (value: T) => void }} props
 */
function Segments({ label, values, names, chosen, choose }) {
  return (
    <div class="segmented" role="group" aria-label={label}>
      {values.map((value) => (
        <button key={value} type="button" aria-pressed={value === chosen} onClick={() => choose(value)}>
          {names[value]}
        </button>
      ))}
    </div>
  );
}

/** Where the countries and the shapes of the map come from. @param {{ app: App, geography: Section | null }} props */
function Sources({ app, geography }) {
  return (
    <div class="caption sources">
      <p>
        Looked into, the last first:{" "}
        {app.places.databases.value.map(({ name, kind, built, description }, index) => (
          <span key={name}>
            {index > 0 && "; "}
            {name} ({kind}, built {new Date(built * 1000).toISOString().slice(0, 10)}
            {description && `, ${description}`})
          </span>
        ))}
        .
        {geography !== null &&
          geography.unreadable > 0 &&
          ` ${counted(geography.unreadable, "look-up")} failed: a database is damaged.`}
      </p>
      <p>
        The countries that come with the page are those in which blocks of addresses are registered (IPtoASN by way of
        ip-location-db, public domain); some blocks are missing in them. Names of networks are cut by the Public Suffix
        List (MPL 2.0). Shapes of the map: Natural Earth, public domain. A .mmdb file dropped on the page adds cities or
        networks.
      </p>
    </div>
  );
}

/**
 * @param {Section} geography
 * @param {boolean} reading
 */
function summary({ countries, networks, address_count: addresses, private_peers: hidden }, reading) {
  const placed = countries.filter(({ key, peers }) => key !== null && peers > 0);
  const unplaced = countries.find(({ key }) => key === null)?.addresses ?? 0;
  const named = networks.filter(({ key, peers }) => key !== null && peers > 0);
  const so = reading ? " so far" : "";
  const notes = [];
  if (unplaced > 0) notes.push(`${counted(unplaced, "address", "addresses")} in no country that is known`);
  if (hidden > 0)
    notes.push(`${counted(hidden, "peer")} at addresses of local networks ${hidden === 1 ? "is" : "are"} left out`);
  if (addresses > 0 && named.length === 0) notes.push("no network is known: the capture names none of these hosts");
  const rest = notes.length > 0 ? `; ${notes.join("; ")}` : "";
  if (addresses === 0) return `No peer at a public address was met${so}${rest}. DHT nodes are counted below.`;
  return `Peers at ${counted(addresses, "public address", "public addresses")} in ${counted(placed.length, "country", "countries")}${so}${rest}.`;
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function nothing(digest, reading) {
  return (
    nothingAtAll(digest, reading) ??
    (reading ? "None so far." : "No public address of a peer, and no DHT node, is in this capture.")
  );
}
