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

  /** What is wrong with a provider → which text is replaced in which file, and the test of the suite that fails. */
  const faults: Readonly<Record<string, readonly [file: string, text: string, wrong: string, test: string]>> = {
    "checks nothing": ["index.ts", "if (app && !siteOf(app))", "if (app && !app)", "fails before anything is converted or built"],
    "never updates": [
      "index.ts",
      "(app = await deploy(",
      "before ?? (app = await deploy(",
      "runs what is published, and then what is published over it",
    ],
    "drops the user's variables": [
      "index.ts",
      "ctx.variables(before?.variables ?? [])",
      "{}",
      "gives the site its variables, and one secret for good",
    ],
    "makes a new secret each time": ["index.ts", "before?.variables ?? []", "[]", "gives the site its variables, and one secret for good"],
    "undoes nothing": [
      "index.ts",
      "void (await (before === null ? unpublish(host) : deploy(host, before.image, {})))",
      "void host",
      "is what it was before a change that is not healthy",
    ],
    "plans something else": [
      "index.ts",
      'verb: before === null ? "create" : "update"',
      'verb: "update"',
      "plans what publish then does, and changes nothing while planning",
    ],
    "knows no site": ["manage.ts", "if (!site)", "if (site)", "can be looked at, and that changes nothing"],
    "lists none": ["manage.ts", ".filter(siteOf)", ".slice(99)", "can be looked at, and that changes nothing"],
    "goes back to nothing": [
      "manage.ts",
      "deploy(ctx, image, {})",
      "deploy(ctx, (await findApp(ctx))!.image, {})",
      "goes back to the release before",
    ],
    "tells of another release": [
      "manage.ts",
      "const [release] = releasesOf(",
      "const [, release] = releasesOf(",
      "goes back to the release before",
    ],
    "puts variables into a shell script": [
      "index.ts",
      "ctx.variables(before?.variables ?? [])",
      `Object.fromEntries(Object.entries(ctx.variables(before?.variables ?? [])).map(([name, value]) =>
         [name, process.getBuiltinModule("node:child_process").execFileSync("sh", ["-c", "printf %s " + value]).toString()]))`,
      "gives the site its variables, and one secret for good",
    ],
    "does not look at the signal": [
      "api.ts",
      'myHost(ctx)("GET /apps/{app}"',
      'myHost({ ...ctx, signal: undefined })("GET /apps/{app}"',
      "can be cancelled while the host does not answer, and ends soon",
    ],
    "leaves a sick first publish": [
      "index.ts",
      "unpublish(host) : deploy(",
      "undefined : deploy(",
      "is taken back when the first publish of all is not healthy",
    ],
    "follows a log for ever": [
      "manage.ts",
      "...ctx, headers",
      "...ctx, signal: undefined, headers",
      "has a log that is followed until it is cancelled",
    ],
    "takes every site for its own": [
      "manage.ts",
      "name: app.name, site,",
      "name: app.name, site, source: ctx.source,",
      "is not replaced from another folder of that name, unless asked",
    ],
    "prints when it is imported": [
      "login.ts",
      "export const login",
      'console.log("hello");\nexport const login',
      "prints nothing when it is imported",
    ],
    "removes nothing": ["manage.ts", '"DELETE /apps/{app}", {}, { allow: [404] }', '"GET /apps/{app}"', "is gone once it is removed"],
    "names a flag": [
      "index.ts",
      'setOption("app", undefined, "to choose another name")',
      '"Give another name with --app."',
      "fails before anything is converted or built",
    ],
    "tells its token": [
      "api.ts",
      "({ authorization: `Bearer ${token}` })",
      "(console.log(token), { authorization: `Bearer ${token}` })",
      "shows none in an event, an error, a plan, a result, an address or on the console",
    ],
  };

  it.each(Object.entries(faults))(
    "has a suite that catches a provider that %s",
    { timeout: 300_000 },
    async (_what, [file, text, wrong, test]) => {
      const path = join(outsider.cwd, "src", file);
      const right = await readFile(path, "utf8");
      expect(right).toContain(text);
      await writeFile(path, right.replace(text, wrong));
      await outsider.run(`npx vitest run --dir src -t '${test}' --reporter=json --outputFile=report.json || true`);
      await writeFile(path, right);
      const { testResults } = JSON.parse(await readFile(join(outsider.cwd, "report.json"), "utf8")) as {
        testResults: { assertionResults: { title: string; status: string }[] }[];
      };
      await rm(join(outsider.cwd, "report.json"));
      const failures = testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === "failed"));
      expect(failures.map(({ title }) => title)).toContain(test);
    },
  );

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
