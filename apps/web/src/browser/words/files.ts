import { countOf, formatBytes, formatShare } from "./format.ts";

/** What the screen says that asks for files. */
export const files = {
  title: "Which files?",
  updateTitle: "Which files have the new data?",
  lead: "Put in everything that belongs on the site. Each file becomes a table that people can search, filter and link to.",
  updateLead: "Put in every file of the site again, the changed ones and the others: what is not here will not be on the site any more.",
  promise: "Nothing leaves your computer until you press Publish.",
  drop: {
    title: "Drop your files here",
    files: "Choose files",
    folder: "Choose a folder",
    hint: "CSV, TSV or SQLite files, folders of them, or a zip. Up to 2 GB.",
    more: "Drop more files here",
  },
  list: "Your files",
  folder: "This folder is published as it is now on your computer:",
  folderHint: "When you change files in it, load this page again.",
  hidden: (count: number) => `${countOf(count, "hidden file was", "hidden files were")} passed over.`,
  none: "There was no file in it.",
  size: formatBytes,
  status: {
    waiting: "Waiting",
    sending: (done: number, total: number) => `Being read in: ${formatShare(done, total) || formatBytes(done)}`,
    lost: "Datasette Publish does not answer. This goes on when it is back.",
    stopped: (done: number, total: number) =>
      done === 0
        ? "It has not come here yet. Choose it again, or remove it."
        : `Only ${formatShare(done, total)} of it is here. Choose it again to go on, or remove it.`,
    arrived: "Here",
    looking: "Being looked at…",
    leftOut: "Left out of the site",
    error: "Cannot be read",
    refused: "Not taken",
    ok: (tables: readonly { readonly rows: number; readonly columns: number }[]) => {
      const [only, ...others] = tables;
      if (only === undefined) return "Read: there is no table in it";
      if (others.length > 0)
        return `Read: ${countOf(tables.length, "table", "tables")}, ${countOf(
          tables.reduce((sum, { rows }) => sum + rows, 0),
          "row",
          "rows",
        )}`;
      const columns = only.columns > 0 ? `, ${countOf(only.columns, "column", "columns")}` : "";
      return `Read: ${countOf(only.rows, "row", "rows")}${columns}`;
    },
  },
  cancel: "Cancel",
  cancelLabel: (name: string) => `Cancel ${name}`,
  remove: "Remove",
  removeLabel: (name: string) => `Remove ${name}`,
  takeIn: "Take it in again",
  takeInLabel: (name: string) => `Take ${name} in again`,
  leaveOut: "Leave this file out",
  another: "Use another file",
  looking: "Looking into your files…",
  stopped: "You stopped it. Nothing was changed.",
  lookAgain: "Look into the files again",
  ready: "All files are read.",
  faulty: (count: number) => `${countOf(count, "file", "files")} cannot be used yet: see below what to do.`,
  blocked: {
    empty: "Put in a file first.",
    arriving: "Wait until every file is here.",
    looking: "Wait until every file has been looked at.",
    faulty: "See what to do about the files that cannot be used yet.",
    "nothing-left": "Every file is left out. Put in one that has the data.",
  },
};
