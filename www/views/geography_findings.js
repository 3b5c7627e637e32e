/**
 * What is to be seen in the pictures of the geography, in a sentence.
 *
 * @import { Group } from "../engine/types"
 * @import { By, Measure } from "../state/selection"
 */
import { counted, number, sentence } from "../base/format";
import { AMOUNTS, amountOf } from "./geography_amounts";
import { nameOf } from "./geography_columns";

/** @typedef {Exclude<By, "places">} SummedBy */

/** @type {Record<SummedBy, [string, string]>} */
const NOUNS = {
  countries: ["country", "countries"],
  networks: ["network", "networks"],
  clients: ["client", "clients"],
};

/** Countries whose names go with an article. */
const WITH_ARTICLE = new Set([
  "AE",
  "BS",
  "CD",
  "CF",
  "CG",
  "CZ",
  "DO",
  "GB",
  "GM",
  "KY",
  "MH",
  "MV",
  "NL",
  "PH",
  "SB",
  "SC",
  "TC",
  "US",
]);

/**
 * Where most of it is: "Peers in 9 countries, most in the United States (3 of 13)".
 * @param {Group[]} groups
 * @param {SummedBy} by
 * @param {Measure} measure
 */
export function finding(groups, by, measure) {
  const { what, adds } = AMOUNTS[measure];
  const counting = groups.filter((group) => amountOf(group, measure) > 0);
  const [one, many] = NOUNS[by];
  const known = largestFirst(counting, measure).filter(({ key }) => key !== null);
  if (known.length === 0) return `No ${one} of these ${what} is known`;
  const joined = by === "clients" ? "of" : "in";
  const article = by === "countries" && WITH_ARTICLE.has(String(known[0].key)) ? "the " : "";
  const name = article + nameOf(known[0], by);
  const alone = known.length === 1 || amountOf(known[0], measure) > amountOf(known[1], measure);
  if (!adds)
    return alone ? `Fastest were the peers ${joined} ${name}` : `Speed ${joined} ${counted(known.length, one, many)}`;
  const all = counting.reduce((sum, group) => sum + amountOf(group, measure), 0);
  const top = amountOf(known[0], measure);
  const share = measure === "bytes" ? `${number((100 * top) / all)} %` : `${number(top)} of ${number(all)}`;
  const subject = measure === "bytes" ? "Blocks from and to peers" : sentence(what);
  return `${subject} ${joined} ${counted(known.length, one, many)}${alone ? `, most ${joined} ${name} (${share})` : ""}`;
}

/**
 * The largest in their order: "United States, Germany and Netherlands stand first".
 * @param {Group[]} counting
 * @param {Measure} measure
 */
export function orderTold(counting, measure) {
  const names = largestFirst(counting, measure)
    .slice(0, 3)
    .map((group) => nameOf(group, "countries"));
  const last = names.pop();
  return sentence(names.length > 0 ? `${names.join(", ")} and ${last} stand first` : `${last} stands alone`);
}

/**
 * @param {Group[]} groups
 * @param {Measure} measure
 */
function largestFirst(groups, measure) {
  return [...groups].sort((one, other) => amountOf(other, measure) - amountOf(one, measure));
}
