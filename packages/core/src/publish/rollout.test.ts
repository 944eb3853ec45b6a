import { beforeEach, describe, expect, it } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import { openPage, useVerb } from "../errors/remedies.ts";
import type { PublishEvent } from "../events/events.ts";
import type { Provider } from "../provider/provider.ts";
import type { Rollout, Task } from "../provider/rollout.ts";
import type { SiteStatus } from "../provider/status.ts";
import { contextWith, emptySite, loggedTasks, nothing, running, shelf } from "./fixtures.ts";
import { carryOut, planOf } from "./rollout.ts";
import type { Target } from "./target.ts";

const { log, task, lasting } = loggedTasks();
const events: PublishEvent[] = [];
beforeEach(() => {
  log.splice(0);
  events.splice(0);
});

const url = "https://pets.example.org/";
const provider: Provider = {
  ...shelf,
  status: () => Promise.resolve(null),
  unpublish: () => Promise.resolve(),
  rollback: (_host, release) => Promise.resolve(release),
};
const app = lasting("create", "app");
const push = lasting("push", "registry/pets", { ownSteps: true });
const machine = task("replace", "machine");
const old = task("remove", "old machine");
const busy = new PublishError("HOST_BUSY", "Busy.", "Wait.");
const failing = lasting("run", "dyno", { run: () => Promise.reject(busy) });
const sick = expect.objectContaining({ code: "DEPLOYMENT_UNHEALTHY" }) as Error;

interface Run {
  readonly before?: SiteStatus | null;
  /** What the site answers. */
  readonly answer?: number;
  readonly of?: Partial<Provider>;
  readonly replaces?: boolean;
}

const result = () => ({ facts: { size: 1 } });
const rolloutOf = (rollout: Partial<Rollout>): Rollout => ({ tasks: [], url: () => url, result, ...rollout });

/** A first publish to a healthy site. */
function carry(rollout: Partial<Rollout>, { before = null, answer = 200, of = {}, replaces = true }: Run = {}) {
  const fetch: typeof globalThis.fetch = (address) => {
    log.push(`look at ${(address as URL).href}`);
    return Promise.resolve(new Response("", { status: answer }));
  };
  const host = contextWith({ report: (event) => events.push(event), fetch });
  const target = { provider: { ...provider, ...of }, host, replaces } as Target;
  return carryOut(target, rolloutOf(rollout), { before, images: [nothing], site: emptySite });
}

const steps = () => events.flatMap((event) => (event.type === "step.started" ? [`${event.id}: ${event.title}`] : []));
const warnings = () => events.filter((event) => event.type === "warned");

describe("a rollout", () => {
  it("is planned by its tasks, and none is run", () => {
    expect(planOf(rolloutOf({ tasks: [app, push, machine], afterwards: [old] }))).toEqual([
      { verb: "create", target: "app" },
      { verb: "push", target: "registry/pets" },
      { verb: "replace", target: "machine" },
      { verb: "remove", target: "old machine" },
    ]);
    expect(log).toEqual([]);
  });

  it("runs its tasks in order, confirms the site, then removes what is left over", async () => {
    expect(await carry({ tasks: [app, push, machine], afterwards: [old] })).toEqual({
      provider: "shelf",
      id: "pets",
      url,
      next: ["open", "status", "unpublish"].map((verb) => useVerb(verb, "shelf", { app: "pets" })),
      facts: { size: 1 },
    });
    const done = ["create app", "push registry/pets", "replace machine", `look at ${url}-/versions.json`, "remove old machine"];
    expect(log).toEqual(done);
    const titles = ["shelf.create: Create app", "shelf.replace: Replace machine", `confirm: Wait for ${url}`];
    expect(steps()).toEqual([...titles, "shelf.remove: Remove old machine"]);
  });

  it("hands what was made to the tasks, and to all that is asked after them", async () => {
    const seen: string[] = [];
    const volume = lasting("create", "volume", { run: ({ images }) => `vol_${images.length}` });
    const name = lasting("update", "app", { run: ({ resultOf }) => seen.push(`task ${String(resultOf(volume))}`) });
    const left = lasting("remove", "old machine", { run: ({ resultOf }) => `without ${String(resultOf(volume))}` });
    const { id, facts } = await carry({
      tasks: [volume, name],
      afterwards: [left],
      ready: ({ resultOf }) => (seen.push(`ready ${String(resultOf(volume))}`), Promise.resolve(null)),
      url: ({ resultOf }) => (seen.push(`url ${String(resultOf(volume))}`), url),
      result: ({ images, resultOf }) => ({ id: String(resultOf(volume)), facts: { left: String(resultOf(left)), images: images.length } }),
    });
    expect({ id, facts }).toEqual({ id: "vol_1", facts: { left: "without vol_1", images: 1 } });
    expect(new Set(seen)).toEqual(new Set(["task vol_1", "ready vol_1", "url vol_1"]));
  });

  it("knows the result of no task that is still to come", async () => {
    const rollout = { tasks: [app], afterwards: [old], url: ({ resultOf }) => String(resultOf(old)) } satisfies Partial<Rollout>;
    await expect(carry(rollout)).rejects.toMatchObject({ code: "PROVIDER_INVALID" });
    expect(log).toEqual(["create app"]);
  });

  it("is not looked at where the host does not say where it answers", async () => {
    expect(await carry({ tasks: [app], url: () => null })).toMatchObject({ url: null });
    expect(log).toEqual(["create app"]);
  });

  it("may be waited for all the same", async () => {
    const asleep = { tasks: [machine], url: () => null, ready: () => Promise.resolve("it sleeps") };
    await expect(carry(asleep, { before: running })).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      message: "The site is not healthy: it sleeps. Release v7 is in place again.",
    });
  });

  it("is given up early when its provider says why", async () => {
    const stopped = { tasks: [app], gone: () => Promise.resolve("the machine stopped") };
    await expect(carry(stopped, { answer: 502 })).rejects.toMatchObject({ facts: { problem: "the machine stopped" } });
  });

  it("says that the site is published when what is left over cannot be removed", async () => {
    const stuck = task("remove", "stuck machine", { run: () => Promise.reject(busy) });
    const rollout = { tasks: [app, machine], afterwards: [old, stuck, old] };
    await expect(carry(rollout, { before: running })).rejects.toBe(busy);
    expect(log.slice(2)).toEqual([`look at ${url}-/versions.json`, "remove old machine"]);
    const message = expect.stringMatching(/pets is published.*: stuck machine, old machine\.$/) as string;
    expect(warnings()).toMatchObject([{ code: "LEFT_AT_HOST", message }]);
  });
});

describe("what there is to do next", () => {
  const back = [useVerb("rollback", "shelf", { app: "pets" })];
  const same = task("replace", "machine", { run: ({ unchanged }) => unchanged() });

  it.each<[what: string, before: SiteStatus | null, last: Task, expected: object[]]>([
    ["nothing was there", null, app, []],
    ["nothing has run yet", { ...running, state: "unfinished" }, app, []],
    ["a release was replaced", running, app, back],
    ["a site that is stopped was replaced", { ...running, state: "stopped" }, app, back],
    ["all was as it is to be", running, same, []],
  ])("is a way back where there is one: %s", async (_what, before, last, expected) => {
    const { next } = await carry({ tasks: [push, last] }, { before });
    expect(next.filter((one) => one.action === "use" && one.verb === "rollback")).toEqual(expected);
  });

  const page = openPage("https://shelf.example.org/pets");
  const toPage = { result: () => ({ facts: {}, next: [page] }) };

  it("begins with what the provider says", async () => {
    const { next } = await carry(toPage);
    expect(next.map((one) => (one.action === "use" ? one.verb : one.action))).toEqual(["open-page", "open", "status", "unpublish"]);
  });

  it("is no verb after a publish that replaces nothing", async () => {
    expect(await carry(toPage, { replaces: false })).toMatchObject({ next: [page] });
  });
});

describe("a publish that fails", () => {
  it("is undone, the latest first, when a site served before", async () => {
    await expect(carry({ tasks: [app, machine, failing] }, { before: running })).rejects.toMatchObject({
      code: "HOST_BUSY",
      message: "Busy. Release v7 is in place again.",
    });
    expect(log).toEqual(["create app", "replace machine", "undo machine, free"]);
    expect(warnings()).toEqual([]);
  });

  it("is undone without a word of what serves when the site was stopped", async () => {
    const before: SiteStatus = { ...running, state: "stopped" };
    await expect(carry({ tasks: [app, machine, failing] }, { before })).rejects.toBe(busy);
    expect(log).toEqual(["create app", "replace machine", "undo machine, free"]);
    expect(warnings()).toEqual([]);
  });

  it("shows the last lines of a site that is not healthy before it is undone", async () => {
    const logs: Provider["logs"] = async function* () {
      log.push("read the log");
      yield "no such table";
    };
    const run = { before: running, answer: 502, of: { logs } };
    await expect(carry({ tasks: [machine] }, run)).rejects.toMatchObject({
      message: expect.stringMatching(/Release v7 is in place again\.$/) as string,
      facts: { url, logs: "no such table", restored: "Release v7" },
    });
    expect(events.filter(({ type }) => type === "output")).toEqual([{ type: "output", id: "shelf", text: "no such table" }]);
    expect(log.slice(-2)).toEqual(["read the log", "undo machine, free"]);
  });

  it.each<[what: string, rollout: Partial<Rollout>, before: SiteStatus | null, answer: number, error: Error, undone: boolean]>([
    ["stays for the next run", { tasks: [app, machine, failing] }, null, 200, busy, false],
    ["is taken back when the site is not healthy", { tasks: [app, machine] }, null, 502, sick, true],
    ["is taken back whole where nothing goes on with it", { tasks: [app, machine, failing], resumes: false }, null, 200, busy, true],
    ["stays when an earlier one is unfinished", { tasks: [app, machine, failing] }, { ...running, state: "unfinished" }, 200, busy, false],
  ])("%s, when it is the first", async (_what, rollout, before, answer, error, isUndone) => {
    await expect(carry(rollout, { before, answer })).rejects.toEqual(error);
    expect(log.includes("undo machine, free")).toBe(isUndone);
    expect(warnings()).toMatchObject(isUndone ? [] : [{ code: "LEFT_AT_HOST" }]);
  });
});

const stands = (changes: Partial<SiteStatus>) => () => Promise.resolve({ ...running, ...changes });
const unknown = () => Promise.reject(busy);
const absent = () => Promise.resolve(null);

describe("what a first publish that fails leaves", () => {
  it.each<[what: string, tasks: Task[], status: NonNullable<Provider["status"]>, message: RegExp]>([
    ["runs, though an earlier run made it", [push, machine, failing], stands({}), /pets is at \S+ for all to see.*not checked.*unpublish/],
    ["runs and is not healthy", [app], stands({}), /pets is at \S+ for all to see.*not healthy.*unpublish/],
    ["was made and does not run", [app, failing], stands({ state: "stopped" }), /^What was made.*unpublish/],
    ["was made and has not run yet", [app, failing], stands({ state: "unfinished" }), /^What was made.*unpublish/],
    ["was made and is not known yet", [app, failing], absent, /for the next run\.$/],
    ["stays after the undo", [app, machine], stands({ state: "stopped" }), /^What was made/],
    ["may be there, as the host does not say", [app, machine], unknown, /^What was made.*\.$/],
  ])("is said: %s", async (_what, tasks, status, message) => {
    await expect(carry({ tasks }, { answer: 502, of: { status } })).rejects.toBeInstanceOf(PublishError);
    const [warning] = warnings();
    expect(warning?.code).toBe("LEFT_AT_HOST");
    expect(`${warning?.message}${warning?.remedies.map((one) => (one.action === "use" ? one.verb : "")).join()}`).toMatch(message);
  });

  it.each<[what: string, tasks: Task[], replaces: boolean]>([
    ["when nothing was made", [lasting("create", "app", { run: () => Promise.reject(busy) }), machine], true],
    ["of what it did not make", [task("update", "stack"), failing], true],
    ["of what replaces no site", [app, failing], false],
  ])("is not said %s", async (_what, tasks, replaces) => {
    await expect(carry({ tasks }, { replaces })).rejects.toBe(busy);
    expect(warnings()).toEqual([]);
  });
});
