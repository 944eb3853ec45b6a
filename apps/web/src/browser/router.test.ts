import { expect, test } from "vitest";
import { parsePath, sitePath, stepPath, steps } from "./router.ts";

test("every address that is made is understood", () => {
  for (const step of steps) expect(parsePath(stepPath("0a1b", step))).toEqual({ screen: step, draft: "0a1b" });
  expect(parsePath(sitePath("0a1b"))).toEqual({ screen: "site", site: "0a1b" });
  expect(parsePath("/")).toEqual({ screen: "sites" });
  expect(parsePath("/new")).toEqual({ screen: "new" });
});

test("any other leads nowhere", () => {
  for (const path of [
    "/x",
    "/drafts",
    "/drafts/a",
    "/drafts/a/b",
    "/drafts/a/files/b",
    "/drafts//files",
    "/sites/",
    "/sites/a/b",
    "/drafts/../files",
  ])
    expect(parsePath(path)).toEqual({ screen: "lost" });
});
