import { expect, test } from "vitest";
import type { DraftFile } from "@datasette-publish/workbench/protocol";
import { draftTitle, nextStep } from "./draft-title.ts";

const file = (name: string, finding: DraftFile["finding"] = { state: "ok", tables: [] }): DraftFile => ({ name, sizeBytes: 1, finding });

test("a draft is called by its title, its folder or its first file", () => {
  expect(draftTitle({ about: { title: " Pets " }, folder: "/home/me/x", files: [] })).toBe("Pets");
  expect(draftTitle({ about: {}, folder: "/home/me/my pets/", files: [] })).toBe("my pets");
  expect(draftTitle({ about: {}, folder: "C:\\data\\pets", files: [] })).toBe("pets");
  expect(draftTitle({ about: { title: " " }, folder: null, files: [file("cats.csv"), file("dogs.csv")] })).toBe("cats.csv");
  expect(draftTitle({ about: {}, folder: null, files: [] })).toBeNull();
});

test("one goes on where the next thing is to be done", () => {
  expect(nextStep({ state: "empty", files: [] })).toBe("files");
  expect(nextStep({ state: "files", files: [file("a.csv"), file("b.csv", { state: "arriving", receivedBytes: 1 })] })).toBe("files");
  expect(nextStep({ state: "files", files: [file("a.csv")] })).toBe("check");
  expect(nextStep({ state: "prepared", files: [] })).toBe("check");
  expect(nextStep({ state: "previewed", files: [] })).toBe("about");
  expect(nextStep({ state: "publishing", files: [] })).toBe("live");
});
