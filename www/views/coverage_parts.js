/**
 * The coverage of a capture in the words of the page.
 *
 * @import { Part } from "../components/coverage"
 * @import { Coverage } from "../engine/types"
 */

/**
 * @param {Coverage} coverage
 * @returns {Part[]}
 */
export function coverageParts({ decoded, resynchronised, lost, truncated, encrypted }) {
  /** @type {Part[]} */
  const parts = [
    { name: "read", kind: "read", bytes: decoded },
    { name: "encrypted", kind: "encrypted", bytes: encrypted },
    { name: "not in the capture", kind: "missing", bytes: lost + truncated },
  ];
  if (resynchronised > 0) parts.push({ name: "passed over", kind: "skipped", bytes: resynchronised });
  return parts;
}
