/**
 * The operator's questions, each answered in a sentence: who runs BitTorrent here, and what does it cost? The facts are the core's; here they
 * become words, which must not say more than is known.
 *
 * @import { Digest, Overview } from "../engine/types"
 * @import { SentencePart } from "./overview_parts"
 */
import { counted, cut, number, sentence, shortened, size, told } from "../base/format";
import { alone, link, listed, shareTold } from "./overview_parts";
import { timeTold, volumeTold } from "./overview_volume";
import { whoTold } from "./overview_who";

/** Letters of a torrent's name in a sentence. */
const NAME_LETTERS = 56;
/** Torrents that are named where there is little room. */
const BRIEF_NAMES = 2;

/** @typedef {{ question: string, parts: SentencePart[] }} Answer */

/**
 * The answers, in the order of the page. Where nobody shows BitTorrent, only those that still say something.
 * @param {Digest} digest
 * @param {{ brief?: boolean, countries?: number | null }} [how] `brief`: is there little room? `countries`: in how many countries the peers are,
 *   where that is known
 * @returns {Answer[]}
 */
export function answers(digest, { brief = false, countries = null } = {}) {
  const { overview, traffic, capture } = digest;
  const who = { question: "Who", parts: whoTold(overview.who, brief) };
  const hidden = { question: "Hidden", parts: hiddenTold(overview, brief) };
  if (overview.who.showing === 0) return [who, hidden];
  return [
    who,
    { question: "What", parts: whatTold(overview, brief) },
    { question: "How much", parts: volumeTold(traffic, brief) },
    { question: "When", parts: timeTold(traffic, capture, brief) },
    { question: "With whom", parts: peersTold(digest, brief, countries) },
    hidden,
  ];
}

/**
 * @param {Overview} overview
 * @param {boolean} brief
 * @returns {SentencePart[]}
 */
function whatTold({ what, who, hidden }, brief) {
  const names = what.top
    .flatMap(({ name, info_hash: torrent }) => (name === null ? [] : [{ name, torrent }]))
    .slice(0, brief ? BRIEF_NAMES : undefined);
  const named = names.map(({ name, torrent }) => link(cut(name, NAME_LETTERS), { view: "torrents", torrent }, name));
  const all = (/** @type {string} */ text) => link(text, { view: "torrents", torrent: undefined });
  const unknown = !brief && what.unknown_bytes > 0 ? unknownTold(what) : "";
  if (what.torrents === 0) return [noTorrent(who.exchanged, hidden.flows, what.unknown_bytes)];
  const more = (brief ? what.torrents : what.named) - names.length;
  const unnamed = what.torrents - what.named;
  if (names.length === 0) {
    const [{ info_hash: torrent }] = what.top;
    const one = link(shortened(torrent), { view: "torrents", torrent }, torrent);
    return [
      what.torrents === 1 ? one : all(sentence(told(what.torrents, "torrent"))),
      `, known by hash only.${unknown}`,
    ];
  }
  if (more > 0) named.push(all(told(more, brief ? "more" : "more by name", brief ? "more" : "more by name")));
  if (brief || unnamed === 0) return [...listed(named), `.${unknown}`];
  const rest = all(told(unnamed, "more torrent"));
  return [...listed(named), "; ", rest, ` ${unnamed === 1 ? "is" : "are"} known by hash only.${unknown}`];
}

/** @param {Overview["what"]} what */
function unknownTold({ unknown_bytes: bytes, torrents }) {
  return ` ${size(bytes)} of pieces are of ${torrents > 0 ? "yet another torrent, or several" : "an unknown torrent"}.`;
}

/**
 * @param {number} exchanged hosts
 * @param {number} flows that are encrypted
 * @param {number} bytes of pieces of an unknown torrent
 */
function noTorrent(exchanged, flows, bytes) {
  if (bytes > 0) return `${size(bytes)} of pieces of torrents that nothing in the capture names.`;
  if (exchanged === 0) return "No torrent: no data was exchanged.";
  return flows > 0 ? "Not known: what was exchanged is encrypted." : "Nothing in the capture names a torrent.";
}

/**
 * @param {Digest} digest
 * @param {boolean} brief
 * @param {number | null} countries
 * @returns {SentencePart[]}
 */
function peersTold({ overview, sources, peers: nodes }, brief, countries) {
  const { peers, local_peers: own, encrypted_addresses: hidden } = overview.with_whom;
  const met = link(sentence(told(peers, "peer")), { view: "torrents", torrent: undefined });
  const listed = sources.untouched > 0 && !brief ? ["; ", ...addressesTold(sources.untouched)] : [];
  if (peers > 0)
    return [met, ...countriesTold(countries), overview.who.of_local ? "" : ", with one another", ...listed, "."];
  if (hidden > 0) {
    const to = link(told(hidden, "address", "addresses"), { view: "encrypted" });
    return ["Nobody in clear; encrypted flows go to and from ", to, ...listed, "."];
  }
  if (own > 1) return ["Only with one another", ...listed, "."];
  const answered = link(counted(nodes.nodes, "DHT node"), { view: "peers" });
  return nodes.nodes > 0
    ? ["No peer answered; ", answered, " did", ...listed, "."]
    : ["Nobody answered", ...listed, "."];
}

/**
 * @param {number | null} countries
 * @returns {SentencePart[]}
 */
function countriesTold(countries) {
  if (!countries) return [];
  return [" in ", link(told(countries, "country", "countries"), { view: "geography" })];
}

/**
 * Addresses that were named and never contacted.
 * @param {number} count
 * @returns {SentencePart[]}
 */
function addressesTold(count) {
  const more = link(`${number(count)} more ${count === 1 ? "address" : "addresses"}`, { view: "sources" });
  return [more, ` ${count === 1 ? "was" : "were"} named by trackers, DHT nodes or peers and never contacted`];
}

/**
 * @param {Overview} overview
 * @param {boolean} brief
 * @returns {SentencePart[]}
 */
function hiddenTold({ hidden }, brief) {
  const { flows, encrypted, missing, total } = hidden;
  if (total === 0) return ["No payload of BitTorrent was recognised."];
  const share = (/** @type {number} */ bytes, /** @type {"encrypted" | "findings"} */ view) =>
    link(sentence(shareTold(bytes / total)), { view });
  const lost = missing > 0 ? share(missing, "findings") : "Nothing";
  if (encrypted === 0)
    return [
      brief ? "Nothing" : "Nothing that was recognised",
      " is encrypted. ",
      lost,
      " is missing from the capture.",
    ];
  if (brief) return [share(encrypted, "encrypted"), " encrypted, ", missing > 0 ? lost : "nothing", " missing."];
  return [
    share(encrypted, "encrypted"),
    " was encrypted",
    ...flowsTold(flows, hidden.attributed),
    ". ",
    lost,
    " is missing from the capture.",
  ];
}

/**
 * @param {number} flows
 * @param {number} attributed how many of them have a torrent, likely
 * @returns {SentencePart[]}
 */
function flowsTold(flows, attributed) {
  if (flows === 0) return [];
  const to = (/** @type {string} */ text) => link(text, { view: "encrypted" });
  const all = told(flows, "flow");
  if (attributed === 0) return [`, in ${all} of which no torrent is known`];
  if (flows === 1) return [`, in one flow that `, to("probably"), " belongs to a known torrent"];
  const which = attributed === flows ? "all" : alone(attributed);
  return [
    `, in ${all} of which `,
    to(`${which} probably`),
    ` ${attributed === 1 ? "belongs" : "belong"} to a known torrent`,
  ];
}
