import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, realPart, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOutsider, type Outsider } from "./outsider/machine.ts";
import { startNpmRegistry, type NpmRegistry } from "./outsider/npm-registry.ts";
import { packPackages } from "./outsider/packages.ts";
import { readPage } from "./outsider/page.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const blocks = readPage(await readFile(new URL("../../../docs/providers/writing-one.md", import.meta.url), "utf8"));
const index = (content: string) => content.replace("// src/index.ts\n", "");
const own = ["my-host", "my-server"].map((name) => `datasette-publish-provider-${name}`);

/** The tests of a provider, without those of its package. */
function unpacked(suite: string): string {
  return suite.replace(/^(const packed = |describeProviderContract\(packed).*\n/gm, "");
}

/** A provider that needs core itself. */
function importing(provider: string): string {
  return `import { providerInterface } from "@datasette-publish/core";\n${provider.replace("interface: 1", "interface: providerInterface")}`;
}

/** An engine that has nothing, for a plan. */
function emptyEngine(): Server {
  const answers: Readonly<Record<string, unknown>> = { "/_ping": "OK", "/info": { Architecture: "x86_64" }, "/containers/json": [] };
  return createServer(({ url = "" }, response) => {
    const answer = answers[new URL(url, "http://engine").pathname];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(answer ?? {}));
  });
}

describe.skipIf(!realPart("registry"))("docs/providers/writing-one.md, by somebody who has only npm", () => {
  let dir: string;
  let images: RunningRegistry;
  let engine: Server;
  let npm: NpmRegistry;
  let outsider: Outsider;
  let work: string;
  let failed = false;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "outsider-"));
    const [packed, registry] = [join(dir, "packed"), join(dir, "npm")];
    for (const folder of [packed, registry]) await mkdir(folder);
    const packages = await packPackages(packed);
    images = await startRegistry();
    engine = emptyEngine().listen(0, "0.0.0.0");
    await once(engine, "listening");
    npm = await startNpmRegistry(registry, await freePort(), [...packages.map(({ manifest }) => manifest.name), ...own]);
    for (const each of packages) await npm.publish(each);
    outsider = await createOutsider(dir, npm, {
      REGISTRY: images.host,
      ENGINE: `tcp://0.0.0.0:${(engine.address() as AddressInfo).port}`,
      // With an engine, the suite of `my-server` takes a minute; provider-docker has one such provider of its own.
      ...(process.env["REQUIRE_REAL"] === "1" ? {} : { DOCKER_HOST: "tcp://127.0.0.1:9" }),
    });
    work = outsider.cwd;
    await symlink(root, join(work, "datasette-publish"));
  });
  afterAll(async () => {
    await npm?.stop();
    await images?.stop();
    engine?.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** What must be true after the block that has this command. */
  const proofs: Readonly<Record<string, (stdout: string) => Promise<void>>> = {
    "npm create datasette-publish-provider@latest my-host": async () => {
      const shown = blocks.find((block) => block.kind === "file");
      expect(index(shown?.content ?? "")).toBe(await readFile(join(outsider.cwd, "src", "index.ts"), "utf8"));
    },
    "publish providers install ./datasette-publish-provider-my-host": async (stdout) => {
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
    "publish my-server ../csvs": async (stdout) => {
      expect(stdout).toContain("--engine");
      expect(stdout).not.toContain("--archive");
      expect(stdout).toMatch(/Load csvs:latest[^]*Run datasette-csvs/i);
      expect(await installed()).toContainEqual({ name: "my-server", version: "0.1.0" });
    },
    "npm version": async (stdout) => {
      expect(stdout).toContain("--app");
      expect(await installed()).toContainEqual({ name: "my-host", version: "0.2.0" });
    },
    "publish providers remove": async () => expect(await installed()).toEqual([]),
    "datasette-publish/packages": async (stdout) => {
      expect(stdout).toContain("--registry");
      const lock = await readFile(join(work, "their-host", "package-lock.json"), "utf8");
      for (const name of ["core", "testkit"]) expect(lock).toContain(`"resolved": "file:../packed/datasette-publish-${name}-0.1.0.tgz"`);
      expect(await installed()).toEqual([{ name: "their-host", version: "0.1.0" }]);
    },
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
      // What concerns the clone begins in the folder that holds it.
      const isInClone = block.script.includes("datasette-publish/packages");
      const stdout = await outsider.run(isInClone ? `(cd '${work}'\n${block.script})` : block.script);
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
    "checks nothing": ["index.ts", "if (app === null || siteOf(app)) return;", "return;", "fails before anything is converted or built"],
    "never updates": [
      "rollout.ts",
      "const app = await deploy(ctx, {",
      "const app = (await findApp(ctx)) ?? await deploy(ctx, {",
      "runs what is published, and then what is published over it",
    ],
    "drops the user's variables": ["rollout.ts", "ctx.variables(existing)", "{}", "gives the site its variables, and one secret for good"],
    "makes a new secret each time": [
      "rollout.ts",
      "ctx.variables(existing)",
      "ctx.variables([])",
      "gives the site its variables, and one secret for good",
    ],
    "says that it undoes, and does not": [
      "rollout.ts",
      'const app = await deploy(host, { image: String(before.facts["image"]), variables: {} });\n      return `Release ${releasesOf(app)[0].id}`;',
      "return undefined;",
      "is what it was before a change that is not healthy",
    ],
    "has no undo": ["rollout.ts", "async undo(host)", "async unused(host)", "is what it was before a change that is not healthy"],
    "undoes by the signal that Ctrl-C aborts": [
      "rollout.ts",
      "await deploy(host, {",
      "await deploy(ctx, {",
      "can be cancelled at every step, and the next run finishes",
    ],
    "asks for the result of a task that has not run": [
      "rollout.ts",
      "tasks: [push, run]",
      "tasks: [run, push]",
      "makes one deployment of two publishes",
    ],
    "plans something else": [
      "rollout.ts",
      'verb: before === null ? "create" : "update"',
      'verb: "update"',
      "plans what publish then does, and changes nothing while planning",
    ],
    "deploys while it plans": [
      "rollout.ts",
      "const push: Task",
      'await deploy(ctx, { image: "", variables: {} });\n  const push: Task',
      "plans what publish then does, and changes nothing while planning",
    ],
    "knows no site": ["manage.ts", "if (!site)", "if (site)", "can be looked at, and that changes nothing"],
    "lists none": ["manage.ts", ".filter(siteOf)", ".slice(99)", "can be looked at, and that changes nothing"],
    "goes back to nothing": [
      "manage.ts",
      "{ image, variables: {} }",
      "{ image: (await findApp(ctx))!.image, variables: {} }",
      "goes back to the release before",
    ],
    "tells of another release": [
      "manage.ts",
      "const [current] = releasesOf(",
      "const [, current] = releasesOf(",
      "goes back to the release before",
    ],
    "puts variables into a shell script": [
      "rollout.ts",
      "ctx.variables(existing)",
      `Object.fromEntries(Object.entries(ctx.variables(existing)).map(([name, value]) =>
         [name, process.getBuiltinModule("node:child_process").execFileSync("sh", ["-c", "printf %s " + value]).toString()]))`,
      "gives the site its variables, and one secret for good",
    ],
    "does not look at the signal": [
      "api.ts",
      "=> ctx.api<Operations>(description)",
      "=> ({ ...ctx, signal: undefined }).api<Operations>(description)",
      "can be cancelled while the host does not answer, and ends soon",
    ],
    "leaves a sick first publish": [
      "rollout.ts",
      "return removeApp(host)",
      "return null",
      "is taken back when the first publish of all is not healthy",
    ],
    "follows a log for ever": [
      "manage.ts",
      "=>\n  ctx.lines(",
      "=>\n  ({ ...ctx, signal: undefined }).lines(",
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
    "removes nothing": ["api.ts", '"DELETE /apps/{app}", {}, { allow: [404] }', '"GET /apps/{app}"', "is gone once it is removed"],
    "names a flag": ["index.ts", 'note: "to choose another name"', 'note: "with --app"', "fails before anything is converted or built"],
    "takes a name of publish for an option": ["options.ts", "region: {", "timeout: {", "describes its options"],
    "tells its token": [
      "api.ts",
      "({ authorization: `Bearer ${token}` })",
      "(console.log(token), { authorization: `Bearer ${token}` })",
      "shows none in an event, an error, a plan, a result, an address or on the console",
    ],
  };

  /** Runs something on a provider some of whose files are others, and puts them back. */
  async function spoiled<T>(files: Readonly<Record<string, (right: string) => string>>, run: () => Promise<T>): Promise<T> {
    const former: [path: string, text: string][] = [];
    try {
      for (const [file, spoil] of Object.entries(files)) {
        const path = join(outsider.cwd, "src", file);
        const right = await readFile(path, "utf8");
        const wrong = spoil(right);
        expect(wrong, file).not.toBe(right);
        former.push([path, right]);
        await writeFile(path, wrong);
      }
      return await run();
    } finally {
      for (const [path, text] of former) await writeFile(path, text);
    }
  }

  it.each(Object.entries(faults))(
    "has a suite that catches a provider that %s",
    { timeout: 300_000 },
    async (_what, [file, text, wrong, test]) => {
      const failures = await spoiled({ [file]: (right) => right.replace(text, wrong), "index.test.ts": unpacked }, async () => {
        await outsider.run(`npx vitest run --dir src -t '${test}' --reporter=json --outputFile=report.json || true`);
        const { testResults } = JSON.parse(await readFile(join(outsider.cwd, "report.json"), "utf8")) as {
          testResults: { assertionResults: { title: string; status: string }[] }[];
        };
        await rm(join(outsider.cwd, "report.json"));
        return testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === "failed"));
      });
      expect(failures.map(({ title }) => title)).toContain(test);
    },
  );

  it("has a suite that catches a dependency that only its author has", { timeout: 300_000 }, async () => {
    const output = await spoiled({ "index.ts": importing }, () => outsider.run("npx vitest run --dir src 2>&1 || true"));
    expect(output).toContain("Cannot find package '@datasette-publish/core'");
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
