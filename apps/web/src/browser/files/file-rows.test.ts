import type { Draft, FileFinding, PreparedReport } from "@datasette-publish/workbench/protocol";
import { expect, test } from "vitest";
import { blockedBy, fileRows } from "./file-rows.ts";
import type { Upload } from "./uploads.ts";

const ok: FileFinding = { state: "ok", tables: [{ name: "t", rows: 1, columns: 2 }] };
const error: FileFinding = { state: "error", error: { code: "CSV_INVALID", message: "x", remedies: [], facts: {} } };

const draftOf = (files: Record<string, FileFinding>, leftOut: readonly string[] = [], folder: string | null = null) =>
  ({
    folder,
    files: Object.entries(files).map(([name, finding]) => ({ name, sizeBytes: 10, finding })),
    choices: { files: Object.fromEntries(leftOut.map((name) => [name, { leaveOut: true }])), tables: {} },
  }) as unknown as Draft;

const reportOf = (files: Record<string, FileFinding>) =>
  ({ files: Object.entries(files).map(([name, finding]) => ({ name, finding })) }) as unknown as PreparedReport;

const uploadOf = (name: string, state: Upload["state"]): Upload => ({
  draft: "d",
  name,
  sizeBytes: 10,
  sentBytes: 4,
  state,
  problem: state === "refused" ? { code: "DISK_FULL", message: "Full.", remedies: [], facts: {} } : null,
});

const shown = (rows: ReturnType<typeof fileRows>) => rows.map(({ name, status }) => `${name} ${status.kind}`);

test("a file that is sent again is shown on its way, and one that has come as it was found", () => {
  const draft = draftOf({ "a.csv": ok, "b.csv": error, "c.csv": { state: "arriving", receivedBytes: 3 }, "d.csv": { state: "arrived" } });
  const rows = fileRows(draft, null, [uploadOf("a.csv", "sending"), uploadOf("d.csv", "sent"), uploadOf("e.csv", "waiting")]);
  expect(shown(rows)).toEqual(["a.csv sending", "b.csv error", "c.csv stopped", "d.csv arrived", "e.csv waiting"]);
});

test("files within an archive are rows, and go with it", () => {
  const report = reportOf({ "a.zip": ok, "a.zip/bad.csv": error, "gone.zip/bad.csv": error });
  expect(shown(fileRows(draftOf({ "a.zip": ok }), report, []))).toEqual(["a.zip ok", "a.zip/bad.csv error"]);
  const leftOut = fileRows(draftOf({ "a.zip": ok }, ["a.zip/bad.csv"]), reportOf({ "a.zip": ok }), []);
  expect(shown(leftOut)).toEqual(["a.zip ok", "a.zip/bad.csv left-out"]);
  expect(shown(fileRows(draftOf({}, [], "/csvs"), reportOf({ csvs: ok }), []))).toEqual(["csvs ok"]);
});

test("a file that never came is asked for again, unless it is there by now", () => {
  const missed = [
    { name: "a.csv", sizeBytes: 10 },
    { name: "b.csv", sizeBytes: 20 },
  ];
  const rows = fileRows(draftOf({ "a.csv": ok }), null, [], missed);
  expect(rows.at(-1)).toEqual({ name: "b.csv", sizeBytes: 20, status: { kind: "stopped", receivedBytes: 0 } });
  expect(shown(rows)).toEqual(["a.csv ok", "b.csv stopped"]);
});

test.each([
  ["empty", {}, [], [], false],
  ["arriving", { "a.csv": error }, ["waiting"], [], false],
  ["faulty", { "a.csv": error, "b.csv": ok }, [], [], true],
  ["faulty", { "a.csv": ok }, ["refused"], [], true],
  ["looking", { "a.csv": { state: "arrived" } }, [], [], false],
  ["nothing-left", { "a.csv": ok }, [], ["a.csv"], true],
  [null, { "a.csv": error, "b.csv": ok }, ["sent"], ["a.csv"], true],
] as const)("one cannot go on: %s", (blocked, files, uploads, leftOut, isPrepared) => {
  const draft = draftOf(files, leftOut);
  const rows = fileRows(
    draft,
    null,
    uploads.map((state) => uploadOf(`${state}.csv`, state)),
  );
  expect(blockedBy(rows, isPrepared, false)).toBe(blocked);
});

test("a folder without rows waits until it was looked into", () => {
  expect(blockedBy([], false, true)).toBe("looking");
  expect(blockedBy([], true, true)).toBeNull();
});
