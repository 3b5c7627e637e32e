/**
 * Trouble in words: the closed list of codes, each with what happened and what to do.
 *
 * @import { Problem } from "../engine/messages"
 */
import { size } from "../base/format";

/** @typedef {{ what: string, remedy: string }} Explanation */

/** What a file that is not a capture looks like, by its first bytes, and what to do with it. */
const LOOKS = /** @type {Record<string, Explanation>} */ ({
  zip: { what: "it begins as a ZIP archive", remedy: "Unpack it and drop what is inside." },
  gzip: {
    what: "it is compressed with gzip, and no capture came out",
    remedy: "Unpack it (gunzip): that shows what is in it.",
  },
  zstd: {
    what: "it is compressed with Zstandard, and no capture came out",
    remedy: "Unpack it (unzstd): that shows what is in it.",
  },
  xz: {
    what: "it is compressed with xz, and no capture came out",
    remedy: "Unpack it (unxz): that shows what is in it.",
  },
  lz4: {
    what: "it is compressed with LZ4, and no capture came out",
    remedy: "Unpack it (unlz4): that shows what is in it.",
  },
  bzip2: { what: "it is compressed with bzip2", remedy: "Unpack it (bunzip2) and drop what comes out." },
  tar: { what: "it is a tar archive", remedy: "Unpack it (tar xf) and drop what is inside." },
  "7z": { what: "it is a 7z archive", remedy: "Unpack it and drop what is inside." },
  rar: { what: "it is a RAR archive", remedy: "Unpack it and drop what is inside." },
  png: { what: "it is a PNG picture", remedy: "Drop the capture itself, not a picture of it." },
  jpeg: { what: "it is a JPEG picture", remedy: "Drop the capture itself, not a picture of it." },
  pdf: { what: "it is a PDF document", remedy: "Drop the pcap or pcapng file that the document speaks of." },
  html: {
    what: "it is a web page",
    remedy: "A download may have ended in an error page or a sign-in page: fetch the capture again.",
  },
  torrent: {
    what: "it is a .torrent file",
    remedy: "That describes a download; drop a capture of the network while it runs.",
  },
  text: { what: "it is text", remedy: "Save the capture itself, as pcap or pcapng, not a printout of its packets." },
});

const OTHER_LOOK = {
  what: "it begins as no capture does that is read here",
  remedy: "Save it as pcapng with Wireshark, tcpdump or dumpcap, and drop that.",
};

const FORMATS = /** @type {Record<string, string>} */ ({
  snoop: "a snoop capture of another version",
  netmon: "a Network Monitor capture of another version",
  pcap_version: "a pcap file of another version",
  pcapng_version: "a pcapng file of another version",
  btsnoop: "a Bluetooth log",
  iptrace: "a capture of AIX iptrace",
  netxray: "a capture of NetXRay or Windows Sniffer",
  sniffer: "a capture of DOS Sniffer",
  observer: "a capture of Network Instruments Observer",
});

/** @type {Record<string, (problem: Problem) => Explanation>} */
const WORDS = {
  empty: ({ file }) => ({
    what: `${named(file)} is empty: it has no bytes at all.`,
    remedy: "The capture may never have been started, or the copy was cut. Drop another file.",
  }),
  not_a_capture: ({ file, detail }) => {
    const look = LOOKS[detail ?? ""] ?? OTHER_LOOK;
    return { what: `${named(file)} is not a capture: ${look.what}.`, remedy: look.remedy };
  },
  unsupported_format: ({ file, detail }) => ({
    what: `${named(file)} is ${FORMATS[detail ?? ""] ?? "a capture in another format"}, which is not read here.`,
    remedy: "Open it in Wireshark, save it as pcapng, and drop that.",
  }),
  read_failed: ({ file, detail }) => ({
    what: `The browser could not read ${file ?? "the file"} any further${Number(detail) > 0 ? ` (at ${size(Number(detail))})` : ""}.`,
    remedy: "It may have been moved, changed or unplugged. What was read counts; choose the file again for the rest.",
  }),
  worker_gone: () => ({
    what: "The reader stopped unexpectedly. Nothing was sent anywhere.",
    remedy: "Drop the file again. If it stops again, it may need more memory than the browser gives.",
  }),
  no_wasm: () => ({
    what: "This browser cannot run WebAssembly.",
    remedy:
      "Firefox, Chrome, Edge and Safari of the last three years can, unless it is switched off. The command line needs none.",
  }),
  engine_missing: () => ({
    what: "A part of this page could not be loaded.",
    remedy: "Load the page again, or ask whoever hosts it whether all its files are there.",
  }),
  not_a_database: ({ file }) => ({
    what: `${named(file)} is not a database of addresses.`,
    remedy: "Countries, cities and networks are read from MaxMind DB files (.mmdb), as they are, unpacked.",
  }),
  database_broken: ({ file, detail }) => ({
    what: `${named(file)} is a database of addresses that cannot be read${detail ? ` (${detail})` : ""}.`,
    remedy: "The copy may be cut or damaged: fetch it again.",
  }),
  too_many_databases: ({ file }) => ({
    what: `${named(file)} is one database of addresses too many.`,
    remedy: "Load the page again to begin without any.",
  }),
  countries_failed: () => ({
    what: "The countries could not be loaded.",
    remedy:
      "They are files beside this page: the connection to it, or the files, are missing. A database of your own needs neither.",
  }),
  not_a_torrent: ({ file, detail }) => ({
    what: `${named(file)} is not a .torrent file that can be read${detail ? `: its ${detail} cannot` : ""}.`,
    remedy: "It may be cut, or a web page that was saved in its place: fetch it again.",
  }),
  torrent_too_long: ({ file }) => ({
    what: `${named(file)} is longer than torrents and lists of links are.`,
    remedy: "Split a list of links into several files.",
  }),
  too_many_torrents: ({ file }) => ({
    what: `${named(file)} is one torrent more than there is room for.`,
    remedy: "Forget those that the capture cannot show.",
  }),
  no_storage: () => ({
    what: "This browser gives pages no storage to put files together in.",
    remedy:
      "Chrome, Edge, Firefox and Safari of the last years do, outside of private windows. The command line needs none: --extract.",
  }),
  no_room: ({ detail }) => ({
    what: `There is not enough room on the disk${detail && !Number.isNaN(Number(detail)) ? `: the browser has ${size(Number(detail))} left for this page` : ""}.`,
    remedy: "Nothing half written was kept. Make room, or use the command line: --extract.",
  }),
  not_written: ({ detail }) => ({
    what: `The browser could not write${detail ? ` (${detail})` : ""}.`,
    remedy: "Nothing half written was kept. Choose a folder that may be written to.",
  }),
  database_foreign: ({ file }) => ({
    what: `${named(file)} is another program's SQLite database.`,
    remedy: "Captures are added to databases that this page or the command line made.",
  }),
  database_newer: ({ file }) => ({
    what: `${named(file)} was made by a newer Swarmscope.`,
    remedy: "Load the page again, or use the newer one.",
  }),
  database_damaged: ({ file }) => ({
    what: `${named(file)} is not a database that can be read.`,
    remedy: "The copy may be cut or damaged: fetch it again.",
  }),
  database_too_large: ({ file }) => ({
    what: `${named(file)} is larger than the 512 MiB that are added to in a browser.`,
    remedy: "Use the command line: swarmscope CAPTURE --database FILE.",
  }),
  database_has_some: ({ file }) => ({
    what: `${named(file)} holds some of the files of this capture already.`,
    remedy: "Open the others alone, and add those.",
  }),
  database_failed: () => ({
    what: "The database could not be made. The file that was chosen is as it was.",
    remedy: "It may need more memory than the browser gives: use the command line, swarmscope CAPTURE --database FILE.",
  }),
  sample_failed: () => ({
    what: "The sample could not be loaded.",
    remedy:
      "It is a file beside this page: the connection to it, or the file, is missing. Your own captures need neither.",
  }),
};

/**
 * @param {Problem} problem
 * @returns {Explanation}
 */
export function explain(problem) {
  const words = WORDS[problem.code];
  return words ? words(problem) : { what: "Something went wrong.", remedy: "Drop the file again." };
}

/** @param {string | null} file */
function named(file) {
  return file ?? "This";
}
