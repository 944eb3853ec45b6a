import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProvider } from "./create.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "create-provider-"));
});
afterEach(() => rm(dir, { recursive: true }));

describe("createProvider", () => {
  it("writes a repository with the name filled in, everywhere", async () => {
    const { name, folder, files } = await createProvider(join(dir, "green-cloud2"));
    expect(name).toBe("green-cloud2");
    expect(files).toEqual([
      ".github/workflows/ci.yml",
      ".gitignore",
      "README.md",
      "package.json",
      "src/index.test.ts",
      "src/index.ts",
      "tsconfig.json",
    ]);
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    expect(texts.join("\n")).not.toMatch(/my-?_?host/i);
    expect(texts.join("\n")).toContain('name: "green-cloud2"');
    expect(texts.join("\n")).toContain('title: "Green Cloud2"');
    expect(texts.join("\n")).toContain("GREEN_CLOUD2_REGISTRY");
  });

  it("asks for the versions that this repository has", async () => {
    const { folder } = await createProvider(join(dir, "my-host"));
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Record<string, Record<string, string>>;
    const require = createRequire(import.meta.url);
    const versionOf = async (name: string) => {
      const file = name.startsWith("@datasette-publish/")
        ? new URL(`../../${name.split("/")[1]}/package.json`, import.meta.url)
        : require.resolve(`${name}/package.json`);
      return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
    };
    for (const [name, range] of Object.entries({ ...manifest["dependencies"], ...manifest["devDependencies"] }))
      expect([name, range]).toEqual([name, `^${await versionOf(name)}`]);
  });

  it.each(["My-Host", "1host", "my_host", "-host", "host-", "a--b", "hôte", "fly", "status", "help"])(
    "refuses the name %s",
    async (name) => {
      await expect(createProvider(join(dir, name))).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { name } });
    },
  );

  it("leaves alone what is there", async () => {
    await writeFile(join(dir, "a-file"), "mine");
    await mkdir(join(dir, "full"));
    await writeFile(join(dir, "full", ".env"), "mine");
    for (const name of ["a-file", "full"]) await expect(createProvider(join(dir, name))).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
  });

  it("takes a folder that is empty, or only a git repository", async () => {
    await mkdir(join(dir, "fresh", ".git"), { recursive: true });
    expect((await createProvider(join(dir, "fresh"))).files).toContain("package.json");
  });
});
