import { describe, expect, test } from "vitest";
import { defaultBase } from "@datasette-publish/dockerfile";
import { chooseBuilder } from "./builder-flags.ts";

const dockerfile = { builder: "dockerfile" };

test("an image is assembled unless a Dockerfile is asked for", async () => {
  expect(await chooseBuilder({ title: "Pets" })).toEqual({ own: { title: "Pets" } });
  expect(await chooseBuilder({ builder: "assemble" })).toEqual({ own: { builder: "assemble" } });
});

test.each([
  ["base", "python:3.12"],
  ["generate-dir", "image"],
  ["apt-get-install", ["ripgrep"]],
  ["apk-add", ["ripgrep"]],
])("--%s without a Dockerfile is an error that names the builder", async (flag, value) => {
  const error = await chooseBuilder({ [flag]: value }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "COMMAND_INVALID",
    remedies: [{ action: "set-option", option: "builder", value: "dockerfile" }],
  });
  expect((error as Error).message).toContain(`--${flag}`);
});

describe("a Dockerfile", () => {
  test("has a base, packages and a folder", async () => {
    expect((await chooseBuilder(dockerfile)).dockerfile).toEqual({ base: defaultBase, aptPackages: [], apkPackages: [] });
    const given = { ...dockerfile, base: "mine:1", "apt-get-install": ["ripgrep"], "apk-add": ["tree"], "generate-dir": "image" };
    expect((await chooseBuilder(given)).dockerfile).toEqual({
      base: "mine:1",
      aptPackages: ["ripgrep"],
      apkPackages: ["tree"],
      generateDir: "image",
    });
  });

  test("is not written by a dry run", async () => {
    const given = { ...dockerfile, "generate-dir": "image", "dry-run": true };
    await expect(chooseBuilder(given)).rejects.toMatchObject({ code: "COMMAND_INVALID" });
  });

  test.each([
    ["1.0a26", "1.0a", { version: "1.0a26" }],
    ["0.64.8", "0.65", { version: "0.64.8" }],
    ["main", "1.0a", { version: "main", source: expect.stringMatching(/\/main\.zip$/) }],
    ["0.65.x", "0.65", { version: "0.65.x", source: expect.stringMatching(/\/0\.65\.x\.zip$/) }],
    ["https://example.org/d.zip", "1.0a", { version: "d.zip", source: "datasette @ https://example.org/d.zip" }],
  ])("installs Datasette %s, served as %s", async (version, line, datasette) => {
    const chosen = await chooseBuilder({ ...dockerfile, "datasette-version": version });
    expect(chosen.own["datasette-version"]).toBe(line);
    expect(chosen.dockerfile?.datasette).toEqual(datasette);
  });

  test.each(["0.65", "0.65.5", "1.0a", "1.0a41"])("installs what is locked for %s", async (version) => {
    const { own, dockerfile: chosen } = await chooseBuilder({ ...dockerfile, "datasette-version": version });
    expect(own["datasette-version"]).toBe(version);
    expect(chosen?.datasette).toBeUndefined();
  });
});
