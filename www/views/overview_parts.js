/**
 * What sentences with links are made of: plain text, and words that lead to a view.
 *
 * @import { Selection, ViewId } from "../state/selection"
 */
import { number, told } from "../base/format";
import { VIEWS } from "../state/selection";

/** Where a link leads: a view, and what of the selection changes. @typedef {Partial<Selection> & { view: ViewId }} Target */
/** `whole`: what the text shortens. @typedef {{ text: string, to: Target, whole?: string }} LinkPart */
/** @typedef {string | LinkPart} SentencePart */

/**
 * Words that lead somewhere; only words where the page has no such view.
 * @param {string} text
 * @param {Omit<Target, "view"> & { view: string }} to
 * @param {string} [whole]
 * @returns {SentencePart}
 */
export function link(text, to, whole) {
  const view = VIEWS.find((known) => known === to.view);
  return view === undefined ? text : { text, to: { filter: "", ...to, view }, ...(whole !== undefined && { whole }) };
}

/**
 * A sentence as plain text.
 * @param {SentencePart[]} parts
 */
export function plain(parts) {
  return parts.map((part) => (typeof part === "string" ? part : part.text)).join("");
}

/**
 * A count in prose without its noun: "three", "14".
 * @param {number} count
 */
export function alone(count) {
  return told(count, "", "").trimEnd();
}

/**
 * A share in per cent, never nothing or all unless it is: "63 %", "8.9 %", "less than 0.1 %".
 * @param {number} share from 0 to 1
 */
export function shareTold(share) {
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return "less than 0.1 %";
  if (percent < 100 && percent > 99.9) return "more than 99.9 %";
  return `${number(percent, percent > 0 && (percent < 10 || percent > 99) && percent < 100 ? 1 : 0)} %`;
}

/**
 * Parts with a comma between them, and a word before the last.
 * @param {SentencePart[]} parts
 * @param {string} [last] the word
 * @returns {SentencePart[]}
 */
export function listed(parts, last = "and") {
  return parts.flatMap((part, index) => {
    if (index === 0) return [part];
    return [index === parts.length - 1 ? ` ${last} ` : ", ", part];
  });
}
