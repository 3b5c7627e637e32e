/**
 * Values as text: numbers, sizes, times, hashes. One way of writing each thing, for the whole page.
 */

/** What stands where nothing is known. Never 0. */
export const NONE = "–";

const THIN_SPACE = "\u202f";
const KIBI = 1024;
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/**
 * A number with its thousands set apart by a thin space: 1 412 806.
 * @param {number | null | undefined} value
 * @param {number} [digits] places after the decimal point
 */
export function number(value, digits = 0) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const [whole, fraction] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  const sign = value < 0 ? "−" : "";
  return fraction ? `${sign}${grouped}.${fraction}` : sign + grouped;
}

/**
 * A capture file's name without its own endings: what the names of files that are saved begin with.
 * @param {string} name
 */
export function stem(name) {
  return name.replace(/\.(gz|zst|xz|lz4)$/i, "").replace(/\.(pcapng|pcap|cap|snoop|dmp)$/i, "");
}

/**
 * A number that must not take much room: in full below 100 000, then "389 k", "1.2 M".
 * @param {number} value
 */
export function short(value) {
  if (value < 100_000) return number(value);
  return value < 999_500 ? `${number(value / 1000)} k` : `${number(value / 1e6, 1)} M`;
}

/**
 * A count with its noun: "1 frame", "8 133 frames".
 * @param {number} count
 * @param {string} one the noun for one of it
 * @param {string} [many] the noun for several, when it is not `one` with an s
 */
export function counted(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/**
 * A count in prose: words up to twelve, figures above: "six addresses".
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function told(count, one, many = `${one}s`) {
  return `${SMALL[count] ?? number(count)} ${count === 1 ? one : many}`;
}

/**
 * The sentence with its first letter raised.
 * @param {string} text
 */
export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * A size with the binary unit that fits it: "1.22 GiB", "8.4 MiB", "256 KiB", "312 B".
 * @param {number | null | undefined} bytes
 */
export function size(bytes) {
  if (bytes === null || bytes === undefined) return NONE;
  const step = unitOf(bytes);
  if (step === 0) return `${number(bytes)} B`;
  const value = bytes / KIBI ** step;
  const whole = value >= 1000 || (step === 1 && Number.isInteger(value));
  return `${number(value, whole ? 0 : step > 2 && value < 10 ? 2 : 1)} ${UNITS[step]}`;
}

/**
 * How far of how much, in one unit: "512 of 1 249 MiB".
 * @param {number} done
 * @param {number | null} total
 */
export function sizeOf(done, total) {
  if (total === null) return size(done);
  const step = Math.min(unitOf(total), 2);
  const digits = step > 0 && total / KIBI ** step < 100 ? 1 : 0;
  const written = (/** @type {number} */ bytes) => number(bytes / KIBI ** step, digits);
  return `${written(done)} of ${written(total)} ${UNITS[step]}`;
}

/**
 * A size in MiB without its unit, for a column whose head names it; what would round to nothing is "<0.1".
 * @param {number | null | undefined} bytes
 * @param {number} [digits]
 */
export function mebibytes(bytes, digits = 1) {
  if (bytes === null || bytes === undefined) return NONE;
  const least = 10 ** -digits;
  const value = bytes / KIBI ** 2;
  return value > 0 && value < least / 2 ? `<${number(least, digits)}` : number(value, digits);
}

/**
 * A size in KiB without its unit; what would round to nothing is "<1".
 * @param {number | null | undefined} bytes
 */
export function kibibytes(bytes) {
  if (bytes === null || bytes === undefined) return NONE;
  return bytes > 0 && bytes < KIBI / 2 ? "<1" : number(bytes / KIBI);
}

/**
 * Seconds as milliseconds without the unit: 0.0022 is "2.2"; what would round to nothing is "<0.1".
 * @param {number | null | undefined} seconds
 */
export function milliseconds(seconds) {
  if (seconds === null || seconds === undefined) return NONE;
  return seconds > 0 && seconds < 0.00005 ? "<0.1" : number(seconds * 1000, 1);
}

/**
 * A length of time in words and two steps at most: "45 min 21 s", "2.3 s", "16 ms".
 * @param {number | null | undefined} seconds
 */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NONE;
  if (seconds > 0 && seconds < 0.0995) return `${number(seconds * 1000, seconds < 0.00995 ? 1 : 0)} ms`;
  if (seconds < 59.95) return `${number(seconds, 1)} s`;
  const whole = Math.round(seconds);
  const steps = /** @type {const} */ ([
    ["d", Math.floor(whole / 86400)],
    ["h", Math.floor(whole / 3600) % 24],
    ["min", Math.floor(whole / 60) % 60],
    ["s", whole % 60],
  ]);
  const first = steps.findIndex(([, value]) => value > 0);
  return steps
    .slice(first, first + 2)
    .filter(([, value]) => value > 0)
    .map(([unit, value]) => `${value} ${unit}`)
    .join(" ");
}

/**
 * The time of day of an instant, in the reader's own time zone: "11:02:10".
 * @param {number | null | undefined} seconds since the Unix epoch
 */
export function clock(seconds) {
  if (seconds === null || seconds === undefined) return NONE;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return NONE;
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * The time of day of an instant with its milliseconds, in the reader's own time zone: "11:02:10.051".
 * @param {number | null | undefined} seconds since the Unix epoch
 */
export function moment(seconds) {
  if (seconds === null || seconds === undefined) return NONE;
  const whole = Math.floor(seconds);
  const thousandths = Math.min(Math.floor((seconds - whole) * 1000 + 1e-3), 999);
  return `${clock(whole)}.${String(thousandths).padStart(3, "0")}`;
}

/**
 * An instant in full, with the date, as written in the reader's own time zone: "2026-11-20 11:02:10".
 * @param {number} seconds since the Unix epoch
 */
export function instant(seconds) {
  const date = new Date(seconds * 1000);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${day.join("-")} ${clock(seconds)}`;
}

/**
 * A hash or an ID cut to its first eight and last four digits: "0738eaa8…2630". Whoever shows it offers the whole as well.
 * @param {string} hash
 */
export function shortened(hash) {
  return hash.length > 16 ? `${hash.slice(0, 8)}…${hash.slice(-4)}` : hash;
}

/**
 * A label with its middle left out, when it is too long.
 * @param {string} text
 * @param {number} letters that there is room for
 */
export function cut(text, letters) {
  if (text.length <= letters) return text;
  const tail = Math.max(Math.floor((letters - 1) / 3), 1);
  return `${text.slice(0, Math.floor(letters) - 1 - tail)}…${text.slice(-tail)}`;
}

/**
 * Shares of a whole in per cent with one decimal, rounded so that they still add up to 100.0.
 * @param {number[]} parts
 * @returns {number[]}
 */
export function percentages(parts) {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (whole === 0) return parts.map(() => 0);
  const exact = parts.map((part) => (part / whole) * 1000);
  const rounded = exact.map(Math.floor);
  let missing = 1000 - rounded.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((value, index) => ({ index, rest: value - rounded[index] }));
  byRemainder.sort((a, b) => b.rest - a.rest);
  for (const { index } of byRemainder) {
    if (missing === 0) break;
    rounded[index] += 1;
    missing -= 1;
  }
  return rounded.map((value) => value / 10);
}

/** @param {number} bytes */
function unitOf(bytes) {
  if (bytes < KIBI) return 0;
  return Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
}
