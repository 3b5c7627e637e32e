/**
 * The columns of the tables of countries, networks, clients and addresses, and what else is known of a row.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { Group, NameSource, PlacedAddress } from "../engine/types"
 * @import { By } from "../state/selection"
 */
import { kibibytes, mebibytes, NONE, number, size } from "../base/format";

const COUNTRY_NAMES = new Intl.DisplayNames(["en"], { type: "region" });

/** @type {Record<NameSource, string>} */
const NAME_SOURCES = {
  pointer: "DNS names the address so",
  dns: "DNS gave the address for it",
  capture_file: "the capture file says so",
  server_name: "a client asked for it there",
};

/** What stands for all that no country, network or client is known of. @type {Record<Exclude<By, "places">, string>} */
const NOT_KNOWN = { countries: "no country known", networks: "no network known", clients: "no client known" };

/**
 * A country in English; its code where it has no name.
 * @param {string} code
 */
export function countryName(code) {
  try {
    return COUNTRY_NAMES.of(code) ?? code;
  } catch {
    return code;
  }
}

/**
 * @param {Group} group
 * @param {Exclude<By, "places">} by
 */
export function nameOf({ key, name }, by) {
  if (key === null) return NOT_KNOWN[by];
  if (by === "countries") return countryName(key);
  return name === null ? key : `${key} ${name}`;
}

/** @type {Record<Exclude<By, "places">, Column<Group>>} */
const FIRST = {
  countries: {
    key: "key",
    title: "Country",
    meaning: "The country in which the address is registered, or stands by a database of your own.",
    text: (row) => nameOf(row, "countries"),
    whole: (row) => row.key && `${nameOf(row, "countries")} (${row.key})`,
    width: 168,
    grows: 2,
    rank: 1,
    rising: true,
    line: 1,
  },
  networks: {
    key: "key",
    title: "Network",
    meaning:
      "The autonomous system, where a database of networks was given; else what somebody registered of the address’s name in this capture.",
    text: (row) => nameOf(row, "networks"),
    width: 208,
    grows: 2,
    rank: 1,
    rising: true,
    line: 1,
  },
  clients: {
    key: "key",
    title: "Client",
    meaning: "The client, as peers and DHT nodes say, its version left out.",
    text: (row) => nameOf(row, "clients"),
    width: 168,
    grows: 2,
    rank: 1,
    rising: true,
    line: 1,
  },
};

/** @type {Column<Group>[]} */
const SUMS = [
  {
    key: "addresses",
    title: "Addresses",
    meaning: "Public addresses at which peers were met.",
    text: (row) => number(row.addresses),
    width: 80,
    rank: 6,
    figure: true,
  },
  {
    key: "peers",
    title: "Peers",
    meaning:
      "Peers that were met, one a torrent; an address known only by pieces or by encrypted connections counts as one.",
    text: (row) => number(row.peers),
    width: 64,
    rank: 2,
    figure: true,
  },
  {
    key: "confirmed",
    title: "Confirmed",
    meaning: "Downloads that are confirmed: a lower bound.",
    text: (row) => number(row.confirmed),
    width: 80,
    rank: 4,
    figure: true,
  },
  {
    key: "uploaded",
    title: "From them",
    unit: "MiB",
    meaning: "Bytes of blocks that these peers sent, in clear.",
    text: (row) => mebibytes(row.uploaded),
    width: 96,
    rank: 3,
    figure: true,
  },
  {
    key: "downloaded",
    title: "To them",
    unit: "MiB",
    meaning: "Bytes of blocks that went to these peers, in clear.",
    text: (row) => mebibytes(row.downloaded),
    width: 88,
    rank: 5,
    figure: true,
  },
  {
    key: "encrypted",
    title: "Encrypted",
    unit: "MiB",
    meaning: "Bytes of encrypted connections taken for BitTorrent, both directions.",
    text: (row) => mebibytes(row.encrypted),
    width: 104,
    rank: 7,
    figure: true,
  },
  {
    key: "max_speed",
    title: "Speed",
    unit: "KiB/s",
    meaning: "The median of the peers’ greatest speeds, from whomever their pieces came.",
    text: (row) => kibibytes(row.max_speed),
    width: 88,
    rank: 5,
    figure: true,
  },
  {
    key: "nodes",
    title: "DHT nodes",
    meaning: "DHT nodes that answered.",
    text: (row) => number(row.nodes),
    width: 80,
    rank: 6,
    figure: true,
  },
  {
    key: "listed",
    title: "Only named",
    meaning: "Addresses that trackers, DHT nodes or peers named, and that were not met.",
    text: (row) => number(row.listed),
    width: 88,
    rank: 8,
    figure: true,
  },
];

/** Of whom a client is not known before it is met, none is only named; and it has no addresses. */
const SUMS_OF_CLIENTS = SUMS.filter(({ key }) => key !== "listed" && key !== "addresses");

const COLUMNS = {
  countries: [FIRST.countries, ...SUMS],
  networks: [FIRST.networks, ...SUMS],
  clients: [FIRST.clients, ...SUMS_OF_CLIENTS],
};

/** @param {Exclude<By, "places">} by */
export function groupColumns(by) {
  return COLUMNS[by];
}

/** @type {Column<PlacedAddress>[]} */
export const PLACE_COLUMNS = [
  {
    key: "address",
    title: "Address",
    meaning: "A public address at which peers were met.",
    text: (row) => row.address,
    width: 128,
    rank: 1,
    code: true,
    line: 1,
  },
  {
    key: "country",
    title: "Country",
    meaning: "The country in which the address is registered, or stands by a database of your own.",
    text: (row) => (row.country === null ? NONE : countryName(row.country)),
    width: 112,
    rank: 2,
    rising: true,
    line: 2,
  },
  {
    key: "city",
    title: "City",
    meaning: "The city, where a database of cities was given.",
    text: (row) => row.city ?? NONE,
    width: 96,
    rank: 8,
    rising: true,
  },
  {
    key: "network",
    title: "Network",
    meaning: "The autonomous system, or what somebody registered of its name.",
    text: (row) => [row.network, row.organisation].filter(Boolean).join(" ") || NONE,
    width: 120,
    grows: 1.5,
    rank: 6,
    rising: true,
  },
  {
    key: "host_name",
    title: "Name",
    meaning: "Its name, as DNS in this capture or a client that asked for it tells.",
    text: (row) => row.host_name ?? NONE,
    width: 120,
    grows: 1.5,
    rank: 9,
    rising: true,
  },
  {
    key: "client",
    title: "Client",
    meaning: "The first client that was met there.",
    text: (row) => row.client ?? NONE,
    width: 120,
    rank: 7,
    rising: true,
    line: 2,
  },
  {
    key: "peers",
    title: "Peers",
    meaning: "Peers that were met there, one a torrent.",
    text: (row) => number(row.peers),
    width: 56,
    rank: 5,
    figure: true,
  },
  {
    key: "uploaded",
    title: "From it",
    unit: "MiB",
    meaning: "Bytes of blocks that came from there, in clear.",
    text: (row) => mebibytes(row.uploaded),
    width: 88,
    rank: 3,
    figure: true,
  },
  {
    key: "downloaded",
    title: "To it",
    unit: "MiB",
    meaning: "Bytes of blocks that went there, in clear.",
    text: (row) => mebibytes(row.downloaded),
    width: 80,
    rank: 4,
    figure: true,
  },
  {
    key: "max_speed",
    title: "Speed",
    unit: "KiB/s",
    meaning: "The greatest speed of a peer there.",
    text: (row) => kibibytes(row.max_speed),
    width: 88,
    rank: 7,
    figure: true,
  },
];

/**
 * What is known of a sum beyond its columns.
 * @param {Group} row
 * @returns {Fact[]}
 */
export function groupFacts(row) {
  return [
    { name: "From them, in full", value: size(row.uploaded), whole: String(row.uploaded) },
    { name: "To them, in full", value: size(row.downloaded), whole: String(row.downloaded) },
    { name: "Encrypted, in full", value: size(row.encrypted), whole: String(row.encrypted) },
  ];
}

/**
 * What is known of an address beyond its columns.
 * @param {PlacedAddress} row
 * @returns {Fact[]}
 */
export function placeFacts({ host_name_source: source, latitude, longitude, ...row }) {
  return [
    { name: "Name known by", value: source === null ? NONE : NAME_SOURCES[source] },
    { name: "Position", value: latitude === null || longitude === null ? NONE : `${latitude}°, ${longitude}°` },
    { name: "Confirmed downloads", value: number(row.confirmed) },
    { name: "From it, in full", value: size(row.uploaded), whole: String(row.uploaded) },
    { name: "To it, in full", value: size(row.downloaded), whole: String(row.downloaded) },
    { name: "Encrypted, in full", value: size(row.encrypted), whole: String(row.encrypted) },
  ];
}
