import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HostContext, Made, Provider, PublishContext, Release, Rollout, SiteStatus, Work } from "@datasette-publish/core";
import { writePackage } from "./paper.test-support.ts";
import { describePackage } from "./description.ts";
import { draw } from "./draw.ts";

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), "draw-"))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const data = {
  interface: 1,
  name: "odd",
  title: "Odd",
  description: "Odd",
  options: {},
  accepts: { images: { platforms: ["linux/amd64"] } },
};
const of = { name: "odd", version: "1.0.0", bugs: "https://odd.example/bugs" };
const verbs = ["check", "rollout"];
let packages = 0;

/** A package whose provider has these members besides. */
function packageWith(members: string, before = ""): string {
  const needed = `${JSON.stringify(data).slice(1, -1)}, ${verbs.map((verb) => `${verb}() {}`).join(", ")}`;
  return writePackage(join(dir, `${packages++}`), `${before}; export default { ${needed}, ${members} };`, { name: "odd", bugs: of.bugs });
}

/** Its provider as it is drawn from a description that has the function `verb` besides. */
function drawn(verb: string, members: string, { limitMs, before }: { limitMs?: number; before?: string } = {}): Required<Provider> {
  const described = { ...data, ...Object.fromEntries([...verbs, verb].map((name) => [name, { $function: true }])) };
  return draw(described, { ...of, folder: packageWith(members, before) }, limitMs) as Required<Provider>;
}

const host = { name: "pets" } as HostContext;
const invalid = {
  code: "PROVIDER_INVALID",
  facts: { package: "odd", version: "1.0.0" },
  remedies: [{ action: "open-page", url: "https://odd.example/bugs" }],
};

/** The lines of a provider's log, all of them. */
async function linesOf(provider: Provider): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of provider.logs!(host, { follow: false, lines: 9 })) lines.push(line);
  return lines;
}

const calls: Readonly<Record<string, (provider: Required<Provider>) => Promise<unknown>>> = {
  status: (provider) => provider.status(host),
  list: (provider) => provider.list(host),
  rollback: (provider) => provider.rollback(host, {} as Release, {} as SiteStatus),
  rollout: (provider) => provider.rollout(host as PublishContext, null),
  recipe: async (provider) => provider.recipe(host),
  replaces: async (provider) => provider.replaces(host),
  logs: linesOf,
};

test("a drawn provider has the data, and calls the functions with what they belong to", async () => {
  const folder = packageWith(`names: { option: "app", pattern: /^[a-z]+$/i, maxLength: 9 }, state: "running", url: null,
    async status(ctx) { return { name: ctx.name, url: this.url, state: this.state, releases: [], facts: {} }; },
    recipe() { return { settings: {} }; }`);
  const { provider: described, package: found } = (await describePackage(folder, { env: process.env }))!;
  expect(found).toEqual(of);
  const provider = draw(described, { ...of, folder }) as Required<Provider>;
  expect(provider.names.pattern).toEqual(/^[a-z]+$/i);
  expect(await provider.status(host)).toEqual({ name: "pets", url: null, state: "running", releases: [], facts: {} });
  expect(await provider.recipe(host)).toEqual({ settings: {} });
  expect(provider.unpublish).toBeUndefined();
});

test.each([
  ["status", `"up"`],
  ["status", `{ name: "a", url: null, state: "up", releases: [], facts: {} }`],
  ["status", `{ name: "a", url: null, state: "running", releases: [{ id: 1 }], facts: {} }`],
  ["status", `{ name: "a", url: null, state: "running", releases: [], facts: { a: {} } }`],
  ["status", `undefined`],
  ["list", `[{}]`],
  ["list", `null`],
  ["rollback", `undefined`],
  ["rollout", `{ tasks: [{ verb: "create", target: "a" }], result() {} }`],
  ["rollout", `{ tasks: [] }`],
  ["rollout", `{ tasks: [], afterwards: {}, result() {} }`],
  ["recipe", `undefined`],
  ["replaces", `"yes"`],
  ["logs", `["a"]`],
  ["logs", `(async function* () { yield 1; })()`],
])("%s that returns %s is the package's fault", async (verb, value) => {
  await expect(calls[verb]!(drawn(verb, `${verb}() { return ${value}; }`))).rejects.toMatchObject(invalid);
});

test.each([
  ["status", `null`, null],
  ["list", `[{ name: "a", url: null }]`, [{ name: "a", url: null }]],
  ["replaces", `false`, false],
  ["logs", `(async function* () { yield "a"; })()`, ["a"]],
])("%s may return %s", async (verb, value, expected) => {
  expect(await calls[verb]!(drawn(verb, `${verb}() { return ${value}; }`))).toEqual(expected);
});

test.each(Object.keys(calls))("a TypeError in %s is the package's fault", async (verb) => {
  await expect(calls[verb]!(drawn(verb, `${verb}() { return undefined.x; }`))).rejects.toMatchObject(invalid);
});

test("an error that says something is as it was thrown", async () => {
  const thrown = `Object.assign(new Error("No."), { code: "HOST_BUSY", remedies: [], facts: {} })`;
  await expect(drawn("status", `status() { throw ${thrown}; }`).status(host)).rejects.toMatchObject({ code: "HOST_BUSY" });
  const aborted = drawn("status", `status() { throw new DOMException("x", "AbortError"); }`);
  await expect(aborted.status(host)).rejects.toMatchObject({ name: "AbortError" });
});

const made: Made = {
  images: [{} as Made["images"][0]],
  resultOf: () => {
    throw new Error("unknown task");
  },
};
const work: Work = { ...made, unchanged: () => {} };

/** The rollout of a provider whose `rollout` returns this. */
const rolloutOf = (members: string) => drawn("rollout", `rollout() { ${members} }`).rollout(host as PublishContext, null);

test("a task finds the results of others by the tasks that the package made", async () => {
  const { tasks, result } = await rolloutOf(`
    const push = { verb: "push", target: "a", run: () => "digest" };
    const run = { verb: "run", target: "b", run: ({ resultOf }) => resultOf(push) + "!" };
    return { tasks: [push, run], result: ({ resultOf }) => ({ facts: { run: resultOf(run) } }) };`);
  const [push, run] = tasks;
  const results = new Map<unknown, unknown>([[push, await push!.run(work)]]);
  const resultOf = (task: unknown) => results.get(task) as never;
  results.set(run, await run!.run({ ...work, resultOf }));
  expect(result({ ...made, resultOf })).toEqual({ facts: { run: "digest!" } });
});

test.each([
  ["run", (rollout: Rollout) => rollout.tasks[0]!.run(work)],
  ["undo", (rollout: Rollout) => rollout.tasks[0]!.undo!({} as HostContext, made)],
  ["url", async (rollout: Rollout) => rollout.url!(made)],
  ["ready", (rollout: Rollout) => rollout.ready!(made)],
  ["gone", (rollout: Rollout) => rollout.gone!(made)],
  ["result", async (rollout: Rollout) => rollout.result(made)],
])("a TypeError in %s of a rollout is the package's fault", async (_, use) => {
  const rollout = await rolloutOf(`
    const fail = () => undefined.x;
    return { tasks: [{ verb: "run", target: "a", run: fail, undo: fail }], url: fail, ready: fail, gone: fail, result: fail };`);
  await expect(use(rollout)).rejects.toMatchObject(invalid);
});

test("a log that nobody reads on is ended", async () => {
  const provider = drawn("logs", `async *logs(ctx) { try { yield "a"; yield "b"; } finally { ctx.ended = true; } }`);
  const seen = { ended: false };
  for await (const line of provider.logs(seen as unknown as HostContext, { follow: true, lines: 1 })) if (line === "a") break;
  expect(seen.ended).toBe(true);
});

test("a package that loads when it is installed, and no more, is cut and named", async () => {
  const before = `if (process.env.VITEST) { setInterval(() => {}, 1e6).unref(); await new Promise(() => {}); }`;
  await expect(drawn("status", "status() { return null; }", { limitMs: 200, before }).status(host)).rejects.toMatchObject(invalid);
});
