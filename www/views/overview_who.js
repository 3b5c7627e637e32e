/**
 * Who runs BitTorrent here: in a sentence that says no more than was seen.
 *
 * @import { BusiestHost, Who } from "../engine/types"
 * @import { SentencePart } from "./overview_parts"
 */
import { sentence, told } from "../base/format";
import { alone, link, shareTold } from "./overview_parts";

/** What the hosts of a kind did, most first; `one` is said of one host. */
const DEEDS = /** @type {const} */ ([
  { count: "exchanged", one: "exchanged data", many: "exchanged data" },
  { count: "contacted_only", one: "sent a handshake", many: "sent handshakes" },
  { count: "dht_only", one: "used the DHT", many: "used the DHT" },
  { count: "announced_only", one: "announced itself", many: "announced themselves" },
]);

/**
 * @param {Who} who
 * @param {boolean} brief is there little room?
 * @returns {SentencePart[]}
 */
export function whoTold(who, brief) {
  if (who.showing === 0) return nobody(who);
  const [first, ...rest] = DEEDS.filter(({ count }) => who[count] > 0);
  const count = who[first.count];
  const did = count === 1 ? first.one : first.many;
  const none = first.count === "exchanged" ? "" : "; none exchanged data";
  const more = rest.map((deed) => {
    const others = who[deed.count];
    return ` ${sentence(alone(others))} more only ${others === 1 ? deed.one : deed.many}.`;
  });
  return [...subject(who, count, did, brief), `${none}.`, ...(brief ? [] : more)];
}

/**
 * @param {Who} who
 * @param {number} count of hosts that did most
 * @param {string} did what they did
 * @param {boolean} brief
 * @returns {SentencePart[]}
 */
function subject(who, count, did, brief) {
  const { busiest, of_local: ofLocal, local } = who;
  const host = busiest === null ? [] : hostTold(busiest, brief);
  if (ofLocal && local === 1) return [...host, brief ? "" : ", the only local host,", ` ${did}`];
  const hosts = link(ofLocal ? amongLocal(count, local) : sentence(told(count, "host elsewhere", "hosts elsewhere")), {
    view: "hosts",
  });
  const before = ofLocal ? [] : [`${noLocal(who)} `];
  if (count === 1) return [...before, hosts, ` ${did}: `, ...host];
  if (who.exchanged === 0 || busiest === null) return [...before, hosts, ` ${did}`];
  const most = ofLocal ? ` moved ${shareTold(busiest.share)} of it` : " moved the most";
  return [...before, hosts, ` ${did}${ofLocal ? "; " : ", "}`, ...host, most];
}

/**
 * @param {Who} who
 * @returns {SentencePart[]}
 */
function nobody(who) {
  if (who.local === 0) return ["No host here is known to be local, and none shows BitTorrent."];
  if (who.local === 1) return [link("The only local host", { view: "hosts" }), " shows no BitTorrent."];
  return ["None of ", link(told(who.local, "local host"), { view: "hosts" }), " shows BitTorrent."];
}

/** @param {Who} who of which no local host shows anything, but others do */
function noLocal({ local }) {
  if (local === 0) return "No host here is known to be local.";
  if (local === 1) return "The only local host shows no BitTorrent.";
  return `None of ${told(local, "local host")} shows BitTorrent.`;
}

/**
 * @param {number} count
 * @param {number} local
 */
function amongLocal(count, local) {
  if (count === local) return count === 2 ? "Both local hosts" : `All ${told(local, "local host")}`;
  return `${sentence(alone(count))} of ${told(local, "local host")}`;
}

/**
 * @param {BusiestHost} host
 * @param {boolean} brief
 * @returns {SentencePart[]}
 */
function hostTold({ address, client }, brief) {
  const runs = client === null || brief ? [] : [` (${client})`];
  return [link(address, { view: "hosts", filter: address }), ...runs];
}
