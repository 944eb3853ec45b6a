import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, realPart, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOutsider, type Outsider } from "./outsider/machine.ts";
import { startNpmRegistry, type NpmRegistry } from "./outsider/npm-registry.ts";
import { packPackages } from "./outsider/packages.ts";
import { readPage } from "./outsider/page.ts";

const blocks = readPage(await readFile(new URL("../../../docs/providers/writing-one.md", import.meta.url), "utf8"));
const index = (content: string) => content.replace("// src/index.ts\n", "");
const packageName = "datasette-publish-provider-my-host";

describe.skipIf(!realPart("registry"))("docs/providers/writing-one.md, by somebody who has only npm", () => {
  let dir: string;
  let images: RunningRegistry;
  let npm: NpmRegistry;
  let outsider: Outsider;
  let failed = false;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "outsider-"));
    const [packed, registry] = [join(dir, "packed"), join(dir, "npm")];
    for (const folder of [packed, registry]) await mkdir(folder);
    const packages = await packPackages(packed);
    images = await startRegistry();
    npm = await startNpmRegistry(registry, await freePort(), [...packages.map(({ manifest }) => manifest.name), packageName]);
    for (const each of packages) await npm.publish(each);
    outsider = await createOutsider(dir, npm, { REGISTRY: images.host });
  });
  afterAll(async () => {
    await npm?.stop();
    await images?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  /** What must be true after the block that has this command. */
  const proofs: Readonly<Record<string, (stdout: string) => Promise<void>>> = {
    "npm create": async () => {
      const shown = blocks.find((block) => block.kind === "file");
      expect(index(shown?.content ?? "")).toBe(await readFile(join(outsider.cwd, "src", "index.ts"), "utf8"));
    },
    "publish providers install ./": async (stdout) => {
      expect(stdout).toContain("--registry");
      expect(await installed()).toEqual([{ name: "my-host", version: "0.1.0" }]);
    },
    "publish my-host ../csvs": async (stdout) => {
      const { deployment } = JSON.parse(stdout.slice(stdout.lastIndexOf("\n{\n") + 1)) as { deployment: { facts: { digest: string } } };
      const manifest = await fetch(`${images.url}/v2/csvs/manifests/latest`, {
        headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
      });
      expect(manifest.headers.get("docker-content-digest")).toBe(deployment.facts.digest);
    },
    "npm publish": async (stdout) => {
      expect(stdout).toContain("--app");
      expect(await installed()).toEqual([{ name: "my-host", version: "0.2.0" }]);
    },
    "publish providers remove": async () => expect(await installed()).toEqual([]),
  };
  const proved = new Set<string>();

  /** The providers that are not built in. */
  async function installed(): Promise<readonly { name: string; version: string }[]> {
    const { providers } = JSON.parse(await outsider.run("publish providers --json")) as {
      providers: { name: string; version: string; folder: string | null }[];
    };
    return providers.filter(({ folder }) => folder !== null).map(({ name, version }) => ({ name, version }));
  }

  it.each(blocks.map((block) => [block.title, block] as const))("%s", { timeout: 300_000 }, async (_, block) => {
    expect(failed, "a block before this one").toBe(false);
    failed = true;
    if (block.kind === "file") await writeFile(join(outsider.cwd, block.file), block.content);
    else {
      const stdout = await outsider.run(block.script);
      for (const [command, prove] of Object.entries(proofs)) {
        if (!block.script.includes(command)) continue;
        await prove(stdout);
        proved.add(command);
      }
    }
    failed = false;
  });

  it("has a CI file whose commands pass", { timeout: 300_000 }, async () => {
    const workflow = await readFile(join(outsider.cwd, ".github", "workflows", "ci.yml"), "utf8");
    const commands = [...workflow.matchAll(/- run: (.+)/g)].map(([, command]) => command ?? "");
    expect(commands).toEqual([expect.stringMatching(/^sudo apt-get /), "npm ci", "npm test", "npm pack --dry-run"]);
    await outsider.run(commands.slice(1).join("\n"));
  });

  it("has a CLI with the pages of error codes", async () => {
    expect(await outsider.run("publish help HOST_BUSY")).toContain("What to do");
  });

  it("proves all that it says", () => {
    expect([...proved].sort()).toEqual(Object.keys(proofs).sort());
  });
});
