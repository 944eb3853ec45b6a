import { beforeEach, describe, expect, it } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import { useVerb } from "../errors/remedies.ts";
import { step, type PublishEvent } from "../events/events.ts";
import type { Provider, ProviderContext, SiteStatus } from "../provider/provider.ts";
import { shelf } from "./fixtures.ts";
import { hosted, type Rollout, type Task } from "./hosted.ts";

const log: string[] = [];
const titles: string[] = [];
const outcomes: string[] = [];
const warnings: string[] = [];
beforeEach(() => {
  log.splice(0);
  titles.splice(0);
  outcomes.splice(0);
  warnings.splice(0);
});

const unhealthy = new PublishError("DEPLOYMENT_UNHEALTHY", "It has no rows.", "Look at it.", { restored: null });

function task(verb: Task["verb"], target: string, changes: Partial<Task> = {}): Task {
  return {
    verb,
    target,
    run: () => Promise.resolve(log.push(`${verb} ${target}`)),
    undo: (host) => Promise.resolve(void log.push(`undo ${target}, ${host.signal?.aborted ? "cancelled" : "free"}`)),
    ...changes,
  };
}

function providerOf(rollout: Partial<Rollout>, status: Provider["status"] = () => Promise.resolve(null)) {
  return hosted({
    ...shelf,
    status,
    unpublish: () => Promise.resolve(),
    rollback: (_host, release) => Promise.resolve(release),
    rollout: () =>
      Promise.resolve({ serving: null, tasks: [], url: () => "https://pets.example.org/", facts: () => ({ size: 1 }), ...rollout }),
  });
}

const report = (event: PublishEvent): void => {
  if (event.type === "step.started") titles.push(`${event.id}: ${event.title}`);
  if (event.type === "step.ended") outcomes.push(`${event.id}: ${event.outcome}`);
  if (event.type === "warned") warnings.push(event.code);
};

function contextOf(confirm: ProviderContext["confirm"] = (url) => Promise.resolve(void log.push(`confirm ${url}`)), signal?: AbortSignal) {
  const ctx = {
    name: "pets",
    options: {},
    timeoutMs: 1000,
    report,
    confirm,
    ...(signal && { signal }),
    step: (id, title, work) => step(ctx, id, title, work),
  } as ProviderContext;
  return ctx;
}

const app = task("create", "app", { undo: undefined });
const push = task("push", "registry/pets");
const machine = task("replace", "machine");
const old = task("remove", "old machine");

describe("hosted", () => {
  it("plans its tasks, and runs none", async () => {
    const provider = providerOf({ tasks: [app, push, machine], afterwards: [old] });
    expect(await provider.plan(contextOf())).toEqual([
      { verb: "create", target: "app" },
      { verb: "push", target: "registry/pets" },
      { verb: "replace", target: "machine" },
      { verb: "remove", target: "old machine" },
    ]);
    expect(log).toEqual([]);
  });

  it("runs them in order, confirms the site, then removes what is left over", async () => {
    const provider = providerOf({ tasks: [app, push, machine], afterwards: [old] });
    expect(await provider.publish([], contextOf())).toEqual({
      provider: "shelf",
      id: "pets",
      url: "https://pets.example.org/",
      next: ["open", "status", "unpublish"].map((verb) => useVerb(verb, "shelf", { app: "pets" })),
      facts: { size: 1 },
    });
    expect(log).toEqual(["create app", "push registry/pets", "replace machine", "confirm https://pets.example.org/", "remove old machine"]);
    expect(titles).toEqual(["shelf.create: Create app", "shelf.replace: Replace machine", "shelf.remove: Remove old machine"]);
  });

  it.each([
    ["a first publish", null, app, []],
    ["another", "Release v7", app, [useVerb("rollback", "shelf", { app: "pets" })]],
    ["one of the same", "Release v7", task("replace", "app", { run: (unchanged) => Promise.resolve(unchanged()) }), []],
  ])("offers a way back to what was replaced: %s", async (_, serving, last, expected) => {
    const { next } = await providerOf({ serving, tasks: [push, last] }).publish([], contextOf());
    expect(next.filter((one) => one.action === "use" && one.verb === "rollback")).toEqual(expected);
  });

  it("says that the site is published when what is left over cannot be removed", async () => {
    const stuck = task("remove", "stuck machine", { run: () => Promise.reject(new PublishError("HOST_BUSY", "Busy.", "Wait.")) });
    const reported: PublishEvent[] = [];
    const ctx = { ...contextOf(), report: (event: PublishEvent) => void reported.push(event) };
    const provider = providerOf({ serving: "Release v7", tasks: [app, machine], afterwards: [old, stuck, old] });
    await expect(provider.publish([], ctx)).rejects.toMatchObject({ code: "HOST_BUSY", message: "Busy." });
    expect(log).toEqual(["create app", "replace machine", "confirm https://pets.example.org/", "remove old machine"]);
    const message = expect.stringMatching(/pets is published.*: stuck machine, old machine\.$/) as string;
    expect(reported.filter(({ type }) => type === "warned")).toMatchObject([{ code: "LEFT_AT_HOST", message }]);
  });

  it("lets a task use what the one before it found", async () => {
    let found = "";
    function* tasks() {
      yield task("create", "volume", { run: () => Promise.resolve((found = "vol_1")) });
      yield task("create", "machine", { run: () => Promise.resolve(log.push(`machine with ${found}`)) });
    }
    await providerOf({ tasks: tasks() }).publish([], contextOf());
    expect(log[0]).toBe("machine with vol_1");
  });

  it("says which task had nothing to do", async () => {
    const same = task("update", "machine", { run: (unchanged) => Promise.resolve(unchanged()) });
    await providerOf({ serving: "Release v7", tasks: [app, same] }).publish([], contextOf());
    expect(outcomes).toEqual(["shelf.create: done", "shelf.update: unchanged"]);
  });

  it("does not look at a site whose address the host does not say", async () => {
    expect(await providerOf({ tasks: [app], url: () => null }).publish([], contextOf())).toMatchObject({ url: null });
    expect(log).toEqual(["create app"]);
  });

  it("undoes what was begun, the latest first, when a site served before", async () => {
    const failing = task("update", "second machine", {
      run: () => Promise.reject(new PublishError("HOST_BUSY", "Busy.", "Wait.", { at: 2 })),
    });
    const provider = providerOf({ serving: "Release v7", tasks: [app, machine, failing, old] });
    await expect(provider.publish([], contextOf())).rejects.toMatchObject({
      code: "HOST_BUSY",
      message: "Busy. Release v7 is in place again.",
      facts: { at: 2, restored: "Release v7" },
    });
    expect(log).toEqual(["create app", "replace machine", "undo second machine, free", "undo machine, free"]);
    expect(titles.at(-1)).toMatch(/^undo: /);
  });

  it.each([
    ["keeps what a first publish did for the next run", new PublishError("HOST_BUSY", "Busy.", "Wait."), []],
    ["takes a first publish back that does not become healthy", unhealthy, ["undo machine, free"]],
  ])("%s", async (_what, error, undone) => {
    const provider = providerOf({ tasks: [app, machine] });
    await expect(
      provider.publish(
        [],
        contextOf(() => Promise.reject(error)),
      ),
    ).rejects.toBe(error);
    expect(log.slice(2)).toEqual(undone);
    expect(warnings).toEqual(undone.length > 0 ? [] : ["LEFT_AT_HOST"]);
  });

  const site: SiteStatus = { name: "pets", url: "https://pets.example.org/", state: "running", releases: [], facts: {} };
  const busy = new PublishError("HOST_BUSY", "Busy.", "Wait.");
  const unknown = () => Promise.reject(busy);

  it.each([
    ["runs, though an earlier run made it", [push, machine], busy, () => Promise.resolve(site), /pets is at \S+ for all to see.*unpublish/],
    ["was made and does not run", [app], busy, () => Promise.resolve({ ...site, state: "stopped" as const }), /^What was made.*unpublish/],
    ["was made and is not known yet", [app], busy, () => Promise.resolve(null), /for the next run\.$/],
    ["stays after the undo", [app, machine], unhealthy, () => Promise.resolve({ ...site, state: "stopped" as const }), /^What was made/],
    ["may be there, as the host does not say", [app, machine], unhealthy, unknown, /^What was made.*\.$/],
  ])("says of a first publish what %s", async (_what, tasks, error, status, message) => {
    const reported: PublishEvent[] = [];
    const ctx = { ...contextOf(() => Promise.reject(error)), report: (event: PublishEvent) => void reported.push(event) };
    await expect(providerOf({ tasks }, status).publish([], ctx)).rejects.toBe(error);
    const [warning] = reported.filter((event) => event.type === "warned");
    expect(warning?.code).toBe("LEFT_AT_HOST");
    expect(`${warning?.message}${warning?.remedies.map((one) => (one.action === "use" ? one.verb : "")).join()}`).toMatch(message);
  });

  it("undoes what was done to a site that existed and did not serve", async () => {
    const failing = task("run", "dyno", { run: () => Promise.reject(busy), undo: undefined });
    await expect(providerOf({ existed: true, tasks: [app, machine, failing] }).publish([], contextOf())).rejects.toBe(busy);
    expect(log).toEqual(["create app", "replace machine", "undo machine, free"]);
    expect(warnings).toEqual([]);
  });

  it("says what is in place after the undo", async () => {
    const rollout = {
      serving: "Release v7",
      tasks: [task("update", "machine", { undo: () => Promise.resolve(void (rollout.serving = "Release v8")) })],
    };
    const provider = hosted({
      ...shelf,
      rollout: () =>
        Promise.resolve(Object.assign(rollout, { url: () => null, facts: () => ({}), ready: () => Promise.resolve("asleep") })),
    });
    await expect(provider.publish([], contextOf())).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { restored: "Release v8" },
    });
  });

  it("says nothing of what stays when nothing was made", async () => {
    const taken = task("create", "app", { run: () => Promise.reject(new PublishError("NAME_TAKEN", "Taken.", "Give another.")) });
    await expect(providerOf({ tasks: [taken, machine] }).publish([], contextOf())).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(warnings).toEqual([]);
  });

  it("offers to remove nothing that it did not make", async () => {
    const failing = task("run", "dyno", { run: () => Promise.reject(new PublishError("HOST_BUSY", "Busy.", "Wait.")) });
    await expect(providerOf({ tasks: [task("update", "stack"), failing] }).publish([], contextOf())).rejects.toMatchObject({
      code: "HOST_BUSY",
    });
    expect(warnings).toEqual([]);
  });

  it("undoes when the user cancels, with a signal that is not cancelled", async () => {
    const stop = new AbortController();
    const cancelled = task("update", "machine", { run: () => (stop.abort(), Promise.reject(stop.signal.reason as Error)) });
    const provider = providerOf({ serving: "Release v7", tasks: [cancelled] });
    await expect(provider.publish([], contextOf(undefined, stop.signal))).rejects.toMatchObject({ name: "AbortError" });
    expect(warnings).toEqual(["RESTORED"]);
    expect(log).toEqual(["undo machine, free"]);
  });

  it("names all that could not be undone", async () => {
    const tasks = [
      task("update", "one", { undo: () => Promise.resolve("somebody else has changed it") }),
      task("update", "two", { undo: () => Promise.reject(new PublishError("HOST_BUSY", "Busy.", "Wait.")) }),
      machine,
    ];
    const provider = providerOf({ serving: "Release v7", tasks });
    await expect(
      provider.publish(
        [],
        contextOf(() => Promise.reject(unhealthy)),
      ),
    ).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      message: expect.stringMatching(/^It has no rows\. .*two \(Busy\.\); one \(somebody else has changed it\)\.$/) as string,
      facts: { restored: null },
    });
    expect(log).toContain("undo machine, free");
  });
});
