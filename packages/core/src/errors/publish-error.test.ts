import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { toPublishError } from "./publish-error.ts";

const system = (code: string, more: object = {}) => Object.assign(new Error(`${code}: it failed`), { code, ...more });

test.each([
  ["ENOSPC", "DISK_FULL"],
  ["EDQUOT", "DISK_FULL"],
  ["EACCES", "OUTPUT_UNWRITABLE"],
  ["EPERM", "OUTPUT_UNWRITABLE"],
  ["EROFS", "OUTPUT_UNWRITABLE"],
  ["EFBIG", "OUTPUT_UNWRITABLE"],
  ["ENAMETOOLONG", "INPUT_UNREADABLE"],
])("the system's %s is %s, with a way out", (error, code) => {
  const known = toPublishError(system(error));
  expect(known.code).toBe(code);
  expect(known.remedies[0]).toMatchObject({ action: "advise", text: expect.not.stringContaining("bug") as string });
});

test("a copy to a full disk names the file that is written", () => {
  const { message, facts } = toPublishError(system("ENOSPC", { path: "/in/a.db", dest: "/out/a.db" }));
  expect({ message, facts }).toEqual({ message: "The disk of /out/a.db is full.", facts: { path: "/out/a.db" } });
});

test("a path that is too long is shown by its end", async () => {
  const error = await mkdir(`/tmp/${"long/".repeat(1000)}end`).catch((reason: unknown) => reason);
  const { code, message } = toPublishError(error);
  expect(code).toBe("INPUT_UNREADABLE");
  expect(message).toMatch(/^A path is longer than the system allows: ….{80}\.$/);
  expect(message).toContain("/end.");
});

test("real errors of a full disk have no path", async () => {
  const error = await writeFile("/dev/full", "x").catch((reason: unknown) => reason);
  expect(toPublishError(error)).toMatchObject({ code: "DISK_FULL", facts: {} });
});

test("what is no system error is a bug", async () => {
  expect(toPublishError(new TypeError("x is not a function"))).toMatchObject({ code: "INTERNAL" });
  const error = await copyFile("/absent", "/tmp/absent").catch((reason: unknown) => reason);
  expect(toPublishError(error)).toMatchObject({ code: "INTERNAL" });
});
