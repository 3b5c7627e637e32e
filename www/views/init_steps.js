/**
 * The start of a client as a sequence: names asked, addresses given, requests, answers.
 *
 * @import { Party, Step } from "../components/sequence"
 * @import { BootstrapNode } from "../engine/types"
 */
import { counted, milliseconds, number } from "../base/format";

/** More than this the picture does not hold. */
export const MOST_ADDRESSES = 12;
export const MOST_STEPS = 40;

/** @typedef {Step & { at: number }} TimedStep */

/**
 * @param {BootstrapNode[]} bootstrap
 * @returns {{ parties: Party[], steps: Step[], unit: string }}
 */
export function sequenceOf(bootstrap) {
  const steps = [...nameSteps(bootstrap), ...bootstrap.flatMap(requestSteps)].sort((a, b) => a.at - b.at);
  const start = steps[0]?.at ?? 0;
  const long = (steps.at(-1)?.at ?? 0) - start >= 10;
  const time = (/** @type {number} */ at) => (long ? number(at - start, 3) : number((at - start) * 1000, 1));
  return {
    parties: partiesOf(bootstrap),
    steps: steps.map(({ at, ...step }) => ({ ...step, time: time(at) })),
    unit: long ? "s" : "ms",
  };
}

/**
 * One pair of steps for every resolver and client: the names that were asked, the addresses that came.
 * @param {BootstrapNode[]} bootstrap
 * @returns {TimedStep[]}
 */
function nameSteps(bootstrap) {
  const pairs = new Map();
  for (const node of bootstrap) {
    if (node.resolved === null) continue;
    const { client, resolver } = node.resolved;
    const key = `${hostOf(client)} ${hostOf(resolver)}`;
    pairs.set(key, [...(pairs.get(key) ?? []), node]);
  }
  return [...pairs.values()].flatMap((/** @type {BootstrapNode[]} */ nodes) => {
    const answers = nodes.flatMap(({ resolved }) => resolved ?? []);
    const { client, resolver } = answers[0];
    const names = new Set(nodes.map(({ name }) => name));
    const asked = answers.flatMap(({ asked_time: time }) => time ?? []);
    const came = Math.max(...answers.map(({ time }) => time));
    const [from, to] = [hostOf(client), hostOf(resolver)];
    const step = { time: "", kind: /** @type {const} */ ("name"), lost: false };
    const answer = { ...step, at: came, from: to, to: from, text: counted(nodes.length, "address", "addresses") };
    if (asked.length === 0) return [answer];
    return [{ ...step, at: Math.min(...asked), from, to, text: `${counted(names.size, "name")} asked` }, answer];
  });
}

/**
 * @param {BootstrapNode} node
 * @returns {TimedStep[]}
 */
function requestSteps(node) {
  return node.requests.flatMap(({ time, from, query, transaction_id: id, response }) => {
    const step = { time: "", kind: /** @type {const} */ ("dht"), lost: false };
    const client = hostOf(from);
    const asked = {
      ...step,
      at: time,
      from: client,
      to: node.address,
      text: `${query} ${id}`,
      lost: response === null,
    };
    if (response === null) return [asked];
    const text = `${counted(response.nodes, "node")} after ${milliseconds(response.time - time)} ms`;
    return [asked, { ...step, at: response.time, from: node.address, to: client, text }];
  });
}

/**
 * Clients, resolvers and bootstrap nodes from left to right; whoever is several of these stands once.
 * @param {BootstrapNode[]} bootstrap
 * @returns {Party[]}
 */
function partiesOf(bootstrap) {
  /** @type {Map<string, Party>} */
  const parties = new Map();
  const add = (/** @type {string} */ name, /** @type {string} */ address, silent = false) => {
    if (!parties.has(address)) parties.set(address, { id: address, name, address, silent });
  };
  for (const client of clientsOf(bootstrap)) add("client", client);
  for (const { resolved } of bootstrap) if (resolved) add("resolver", hostOf(resolved.resolver));
  for (const { name, address, requests } of bootstrap) {
    const heard = requests.some(({ response }) => response !== null);
    add(name, address, !heard);
  }
  return [...parties.values()];
}

/**
 * The hosts that asked for names or sent requests.
 * @param {BootstrapNode[]} bootstrap
 */
export function clientsOf(bootstrap) {
  const endpoints = bootstrap.flatMap(({ resolved, requests }) => [
    ...(resolved ? [resolved.client] : []),
    ...requests.map(({ from }) => from),
  ]);
  return new Set(endpoints.map(hostOf));
}

/**
 * The address of an endpoint.
 * @param {string} endpoint
 */
function hostOf(endpoint) {
  return endpoint.startsWith("[") ? endpoint.slice(1, endpoint.indexOf("]")) : endpoint.split(":")[0];
}
