/**
 * The columns of the table of hosts on the overview: those of the view of hosts, without the one that is the same in every row, and with one
 * client for each.
 *
 * @import { Column } from "../components/columns"
 * @import { Host } from "../engine/types"
 */
import { HOST_COLUMNS } from "./hosts_columns";

/** @type {Column<Host>[]} */
export const OVERVIEW_HOST_COLUMNS = HOST_COLUMNS.filter(({ key }) => key !== "local").map((column) =>
  column.key === "clients"
    ? {
        ...column,
        meaning: "The first program that it says it runs; its detail has all of them.",
        text: ({ clients }) => clients[0] ?? "not known",
        whole: ({ clients }) => clients.join(", ") || null,
        cell: (row) => row.clients[0] ?? column.cell?.(row),
      }
    : column,
);
