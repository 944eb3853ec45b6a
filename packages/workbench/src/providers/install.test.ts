import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { providerInterface, type Context } from "@datasette-publish/core";
import { checkProvider } from "./check-provider.ts";
import { builtIn, listProviders } from "./find.ts";
import { installProvider, type InstallRequest } from "./install.ts";
import { providersFolder } from "./installs.ts";
import { paperSource, writePackage } from "./paper.test-support.ts";
import { removeProvider } from "./remove.ts";
import { removedProvider } from "./removed.ts";

const dirs: string[] = [];
const ctx: Context = { report: () => {} };
/** A command, and what is built in. */
const taken = new Set(["status", ...builtIn.map(({ name }) => name)]);
let scene: { readonly dir: string; readonly env: Record<string, string | undefined> };
beforeEach(() => {
  const dir = mkdtempSync(join(tmpdir(), "providers-test-"));
  dirs.push(dir);
  scene = { dir, env: { ...process.env, HOME: dir, XDG_DATA_HOME: join(dir, "data") } };
});
afterAll(() => dirs.forEach((dir) => rmSync(dir, { recursive: true })));

const install = (source: string, context = ctx, more: Partial<InstallRequest> = {}) =>
  installProvider({ source, taken, env: scene.env, ...more }, context);
const installed = async () =>
  (await listProviders({ taken, env: scene.env })).providers.map(({ provider, version }) => `${provider.name} ${version}`);
const left = () => (existsSync(providersFolder(scene.env)) ? readdirSync(providersFolder(scene.env)) : []);
const paper = (source = paperSource, manifest = {}) => writePackage(join(scene.dir, "package"), source, manifest);

test("a folder is installed as a copy, found, and removed by its name", async () => {
  const folder = paper();
  const { version, folder: where } = await install(folder);
  expect(version).toBe("1.0.0");
  writeFileSync(join(folder, "provider.js"), "broken");
  expect(readFileSync(join(where!, "provider.js"), "utf8")).toBe(paperSource);
  expect(await installed()).toContain("paper 1.0.0");

  expect(await removeProvider("paper", [], scene.env)).toEqual({ provider: "paper" });
  expect(await installed()).not.toContain("paper 1.0.0");
  expect(left()).toEqual([]);
});

test("a tarball is installed; a newer one takes its place; it can be removed by its package's name", async () => {
  const pack = (version: string) => {
    const out = execFileSync("npm", ["pack", paper(paperSource, { version }), "--json"], { cwd: scene.dir, encoding: "utf8" });
    return join(scene.dir, JSON.parse(out)[0].filename);
  };
  await install(pack("1.0.0"));
  await install(pack("2.0.0"));
  expect((await installed()).filter((each) => !each.endsWith("built in"))).toEqual(["paper 2.0.0"]);
  expect(left()).toHaveLength(1);
  expect(await removeProvider("provider-paper", [], scene.env)).toEqual({ provider: "paper" });
});

test("no script of the package runs", async () => {
  const ran = join(scene.dir, "ran");
  const script = `node -e "require('fs').writeFileSync('${ran}', '')"`;
  await install(
    paper(paperSource, { scripts: { preinstall: script, install: script, postinstall: script, prepack: script, prepare: script } }),
  );
  expect(existsSync(ran)).toBe(false);
});

test.each([
  ["main without an extension", { exports: undefined, main: "provider" }],
  ["exports by condition", { exports: { ".": { types: "./none.d.ts", default: "./provider.js" } } }],
  ["exports that is a path", { exports: "./provider.js" }],
  ["a name with a scope", { name: "@me/provider-paper" }],
  ["main that is CommonJS", { type: "commonjs", exports: undefined, main: "./common.cjs" }],
])("its entry is found by %s", async (_, manifest) => {
  const folder = paper(paperSource, manifest);
  const common = paperSource.replaceAll(/^import (.*) from (.*);$/gm, "const $1 = require($2);").replace(" as ", ": ");
  writeFileSync(join(folder, "common.cjs"), common.replace("export default", "module.exports ="));
  expect((await install(folder)).provider.name).toBe("paper");
});

const named = (name: string) => paperSource.replace(`name: "paper"`, `name: "${name}"`);
test.each([
  ["a newer interface", paperSource.replace("interface: 1", `interface: ${providerInterface + 1}`), {}, "PROVIDER_INCOMPATIBLE"],
  ["an older interface", paperSource.replace("interface: 1", "interface: 0"), {}, "PROVIDER_INCOMPATIBLE"],
  ["no keyword", paperSource, { keywords: ["datasette"] }, "PROVIDER_INSTALL_FAILED"],
  ["no provider inside", "export const paper = {};", {}, "PROVIDER_INVALID"],
  ["a module that throws", "throw new Error('no')", {}, "PROVIDER_INVALID"],
  ["a verb missing", paperSource.replace("async rollout(", "async rollouts("), {}, "PROVIDER_INVALID"],
  ["an option that is none", paperSource.replace(`sheet: { type: "string"`, `sheet: { type: "text"`), {}, "PROVIDER_INVALID"],
  ["an option that every command has", paperSource.replace("heading: { type", "json: { type"), {}, "PROVIDER_INVALID"],
  ["the name of a built-in provider", named("docker"), {}, "PROVIDER_INVALID"],
  ["the name of a command", named("status"), {}, "PROVIDER_INVALID"],
  ["a module that exits", "process.exit(0)", {}, "PROVIDER_INVALID"],
  ["a name with a slash", named("../paper"), {}, "PROVIDER_INVALID"],
])("%s is refused, and nothing of it stays", async (_, source, manifest, code) => {
  await expect(install(paper(source, manifest))).rejects.toMatchObject({ code });
  expect(left()).toEqual([]);
});

test.each([
  "dryRun",
  "yes",
  "to",
  "help",
  "name",
  "follow",
  "lines",
  "check",
  "env",
  "open",
  "timeout",
  "title",
  "source",
  "encoding",
  "version",
])("an option %s would take over a flag", (option) => {
  const options = { [option]: { type: "string", description: "Mine" } };
  const provider = {
    interface: providerInterface,
    name: "paper",
    title: "",
    description: "",
    options,
    accepts: { images: { platforms: [] } },
  };
  const verbs = Object.fromEntries(["check", "rollout"].map((verb) => [verb, () => {}]));
  const of = { name: "provider-paper", version: "1.0.0", bugs: null };
  expect(() => checkProvider({ ...provider, ...verbs }, of)).toThrow(`has an option ${option}`);
  expect(() => checkProvider({ ...provider, ...verbs, options: {} }, of)).not.toThrow();
  const accepts = { images: { platforms: [], compressions: ["zstd"] } };
  expect(() => checkProvider({ ...provider, ...verbs, options: {}, accepts }, of)).toThrow("without gzip");
});

test("every fault is named at once, with whose it is", async () => {
  const source = paperSource.replace("heading: {", "json: {").replace("sheet: {", "dryRun: {").replace("async rollout(", "async rollouts(");
  const error = await install(paper(source, { bugs: { url: "https://paper.example/bugs" } })).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "PROVIDER_INVALID",
    message: expect.stringMatching(/provider-paper \(1\.0\.0\).*rollout.*dryRun.*json/),
    facts: { package: "provider-paper", version: "1.0.0" },
    remedies: [{ action: "open-page", url: "https://paper.example/bugs" }],
  });
});

test("no code of a package sees a token when it is installed, and none runs to find or to remove it", async () => {
  const ran = join(scene.dir, "ran");
  const note = `import { appendFileSync as note } from "node:fs"; note(${JSON.stringify(ran)}, JSON.stringify(process.env)); console.log("loud");\n`;
  scene.env["HEROKU_API_KEY"] = "canary-token";
  const { provider } = await install(paper(note + paperSource));
  expect(readFileSync(ran, "utf8")).toContain("PATH");
  expect(readFileSync(ran, "utf8")).not.toContain("canary");
  rmSync(ran);
  const { providers } = await listProviders({ taken, env: scene.env });
  expect(providers.find(({ package: of }) => of === "provider-paper")?.provider.options).toEqual(provider.options);
  await removeProvider("paper", providers, scene.env);
  expect(existsSync(ran)).toBe(false);
});

test("another package of the same provider replaces only when it is asked to", async () => {
  await install(paper());
  const other = paper(paperSource, { name: "other-paper" });
  const error = { code: "PROVIDER_INSTALL_FAILED", facts: { provider: "paper", installed: "provider-paper", package: "other-paper" } };
  await expect(install(other)).rejects.toMatchObject(error);
  expect(await installed()).toContain("paper 1.0.0");
  expect((await install(other, ctx, { replace: true })).package).toBe("other-paper");
  expect(left()).toHaveLength(1);
});

test("a folder that is not built says what to run", async () => {
  const folder = paper(paperSource, { exports: { import: "./dist/index.js" } });
  await expect(install(folder)).rejects.toMatchObject({
    code: "PROVIDER_INVALID",
    facts: { file: join("dist", "index.js") },
    remedies: [{ action: "run", run: ["npm", "run", "build", "--prefix", folder] }],
  });
});

test("of a provider that was removed it is known how to get it back", async () => {
  await install(paper());
  await removeProvider("paper", [], scene.env);
  expect(await removedProvider(["paper"], scene.env)).toMatchObject({
    code: "PROVIDER_NOT_INSTALLED",
    facts: { package: "provider-paper" },
  });
  for (const word of ["docker", "toString", ""]) expect(await removedProvider([word], scene.env)).toBeUndefined();
});

test("what npm put where providers are looked for is described at first sight, and when it changed", async () => {
  const ran = join(scene.dir, "ran");
  const note = `import { appendFileSync as note } from "node:fs"; note(${JSON.stringify(ran)}, "x");\n`;
  const folder = join(providersFolder(scene.env), "node_modules", "provider-paper");
  writePackage(folder, note + paperSource);
  for (const _ of [1, 2]) expect(await installed()).toContain("paper 1.0.0");
  expect(readFileSync(ran, "utf8")).toBe("x");
  writePackage(folder, note + paperSource, { version: "2.0.0" });
  expect(await installed()).toContain("paper 2.0.0");
  expect(readFileSync(ran, "utf8")).toBe("xx");
});

test("one that hangs is cut once, and is a problem from then on", async () => {
  writePackage(
    join(providersFolder(scene.env), "node_modules", "provider-late"),
    "setInterval(() => {}, 1e6); await new Promise(() => {});",
  );
  const { problems } = await listProviders({ taken, env: scene.env, limitMs: 500 });
  expect(problems).toMatchObject([{ package: "provider-late", error: { code: "PROVIDER_INVALID" } }]);
  expect((await listProviders({ taken, env: scene.env, limitMs: 60_000 })).problems).toEqual(problems);
});

test("a refused update leaves what was installed", async () => {
  await install(paper());
  await expect(install(paper("export default {}", { version: "2.0.0" }))).rejects.toMatchObject({ code: "PROVIDER_INVALID" });
  expect(await installed()).toContain("paper 1.0.0");
});

test("what npm says is in the error, without the passwords of a URL", async () => {
  const source = "http://ada:canary-password@127.0.0.1:9/none.tgz";
  scene.env["npm_config_fetch_retries"] = "0";
  const events: unknown[] = [];
  const error = await install(source, { report: (event) => events.push(event) }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "PROVIDER_INSTALL_FAILED" });
  expect(JSON.stringify(error) + String(error)).toContain("ECONNREFUSED");
  expect(JSON.stringify([error, events]) + String(error)).not.toContain("canary");
  expect(left()).toEqual([]);
});

test("a path that is not there, and a folder that is no package, are named", async () => {
  for (const path of ["./nothing.tgz", scene.dir])
    await expect(install(path)).rejects.toMatchObject({ code: "INPUT_NOT_FOUND", facts: { path } });
});

test("an install that is cancelled leaves nothing", async () => {
  const controller = new AbortController();
  const report: Context["report"] = () => setTimeout(() => controller.abort(), 50);
  await expect(install(paper(), { report, signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
  expect(left()).toEqual([]);
});

test("of an install that was killed half-way nothing is found", async () => {
  const half = join(providersFolder(scene.env), ".0.partial", "node_modules", "provider-paper");
  mkdirSync(half, { recursive: true });
  writePackage(half, paperSource);
  const { providers, problems } = await listProviders({ taken, env: scene.env });
  expect(providers.map(({ provider }) => provider.name)).not.toContain("paper");
  expect(problems).toEqual([]);
});

test("a damaged install is no crash, and can be replaced", async () => {
  const damaged = join(providersFolder(scene.env), "paper@1");
  mkdirSync(damaged, { recursive: true });
  writeFileSync(join(damaged, "package.json"), "{");
  writeFileSync(join(damaged, "provider.json"), "{}");
  expect(await installed()).not.toContain("paper 1.0.0");
  await install(paper());
  expect(await installed()).toContain("paper 1.0.0");
  expect(left()).toHaveLength(1);
});

test.each(["nothing", "docker"])("%s cannot be removed", async (name) => {
  const { providers } = await listProviders({ taken, env: scene.env });
  await expect(removeProvider(name, providers, scene.env)).rejects.toMatchObject({ code: "PROVIDER_NOT_INSTALLED" });
});
