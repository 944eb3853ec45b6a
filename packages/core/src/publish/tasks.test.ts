import { beforeEach, describe, expect, it } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import type { PublishEvent } from "../events/events.ts";
import type { Made, Task } from "../provider/rollout.ts";
import type { SiteStatus } from "../provider/status.ts";
import { contextWith, loggedTasks, nothing, running } from "./fixtures.ts";
import { newProgress, runTasks } from "./tasks.ts";
import { unhealthy } from "./undo.ts";

const { log, task, lasting } = loggedTasks();
const events: PublishEvent[] = [];
beforeEach(() => {
  log.splice(0);
  events.splice(0);
});

const busy = new PublishError("HOST_BUSY", "Busy.", "Wait.", { at: 2 });
const sick = unhealthy("no rows", "Look at it.");
const failing = (error: unknown, changes: Partial<Task> = {}) => lasting("run", "dyno", { run: () => Promise.reject(error), ...changes });
const invalid = expect.objectContaining({ code: "PROVIDER_INVALID" }) as Error;

interface Run {
  readonly before?: SiteStatus | null;
  readonly goesBack?: boolean;
  readonly images?: Made["images"];
  readonly signal?: AbortSignal;
}

/** Runs tasks on top of release v7. */
async function run(tasks: readonly Task[], { before = running, goesBack = true, images, signal }: Run = {}) {
  const progress = newProgress(images);
  const host = contextWith({ report: (event) => events.push(event), ...(signal && { signal }) });
  await runTasks(tasks, host, { progress, before, goesBack });
  return progress;
}

describe("a task", () => {
  it("is given the images, and what those before it returned", async () => {
    const volume = lasting("create", "volume", { run: () => Promise.resolve("vol_1") });
    const machine = lasting("create", "machine", { run: ({ resultOf, images }) => [resultOf(volume), images] });
    const { made } = await run([volume, machine], { images: [nothing] });
    expect(made.resultOf(machine)).toEqual(["vol_1", [nothing]]);
  });

  it("may return nothing, and finds no result of one that has not run", async () => {
    const [first, later] = [lasting("create", "volume", { run: () => undefined }), lasting("create", "machine")];
    const { made } = await run([first]);
    expect(made.resultOf(first)).toBeUndefined();
    expect(() => made.resultOf(later)).toThrow(invalid);
    expect(() => made.resultOf(later)).toThrow("create machine");
    const hasty = lasting("update", "app", { run: ({ resultOf }) => resultOf(later) });
    await expect(run([hasty, later])).rejects.toEqual(invalid);
  });

  it("finds no images where none were made, and asks for none that it does not use", async () => {
    const { made } = await run([lasting("replace", "machine")]);
    expect(log).toEqual(["replace machine"]);
    expect(() => made.images).toThrow(invalid);
    await expect(run([lasting("run", "dyno", { run: ({ images }) => images })])).rejects.toEqual(invalid);
  });

  it("is a step, unless it has steps of its own", async () => {
    const push = lasting("push", "registry/pets", { ownSteps: true });
    await run([lasting("create", "app"), push]);
    expect(events).toMatchObject([{ id: "shelf.create", title: "Create app" }, { outcome: "done" }]);
    expect(log).toEqual(["create app", "push registry/pets"]);
  });

  it.each([
    ["done", true, lasting("update", "machine")],
    ["unchanged", false, lasting("update", "machine", { run: ({ unchanged }) => unchanged() })],
  ])("is %s, and whether the site is another goes by that: %j", async (outcome, hasChanged, update) => {
    const push = lasting("push", "registry/pets", { ownSteps: true });
    expect((await run([push, update])).hasChanged).toBe(hasChanged);
    expect(events.at(-1)).toMatchObject({ id: "shelf.update", outcome });
  });
});

describe("what was begun", () => {
  it("is undone when a task fails, the latest first, and says what is in place", async () => {
    const late = task("remove", "old machine");
    const tasks = [lasting("create", "app"), task("replace", "machine"), task("run", "dyno", { run: () => Promise.reject(busy) }), late];
    await expect(run(tasks)).rejects.toMatchObject({
      code: "HOST_BUSY",
      message: "Busy. Release v7 is in place again.",
      facts: { at: 2, restored: "Release v7" },
    });
    expect(log).toEqual(["create app", "replace machine", "undo dyno, free", "undo machine, free"]);
    expect(events.at(-2)).toMatchObject({ id: "undo" });
  });

  it.each([
    ["whatever went wrong", true, busy, true],
    ["also when the site is not healthy", true, sick, true],
    ["only when the site is not healthy", false, sick, true],
    ["for nothing else", false, busy, false],
  ])("is undone %s", async (_when, goesBack, error, isUndone) => {
    await expect(run([task("create", "app"), failing(error)], { before: null, goesBack })).rejects.toBe(error);
    expect(log.includes("undo app, free")).toBe(isUndone);
  });

  it("is not undone where nothing can be", async () => {
    await expect(run([lasting("create", "app"), failing(busy)])).rejects.toBe(busy);
    expect(events.at(-1)).toMatchObject({ id: "shelf.run", outcome: "failed" });
  });

  it("is undone when the user cancels, with a signal that is not cancelled, and nothing more begins", async () => {
    const stop = new AbortController();
    const last = task("update", "machine", { run: () => stop.abort() });
    await expect(run([last, task("remove", "old machine")], { signal: stop.signal })).rejects.toBe(stop.signal.reason);
    expect(log).toEqual(["undo machine, free"]);
    expect(events.at(-1)).toMatchObject({ code: "RESTORED", message: "Release v7 is in place again." });
  });

  it("is undone by what the tasks returned", async () => {
    const undo = (_host: unknown, { resultOf }: Made) => Promise.resolve(void log.push(`remove ${String(resultOf(volume))}`));
    const volume: Task = { verb: "create", target: "volume", run: () => "vol_1", undo };
    await expect(run([volume, failing(busy)])).rejects.toMatchObject({ facts: { restored: "Release v7" } });
    expect(log).toEqual(["remove vol_1"]);
  });

  it("is not all as it was when one cannot be undone: each of them is named", async () => {
    const tasks = [
      task("update", "one", { undo: () => Promise.reject(new Error("somebody else has changed it")) }),
      task("update", "two", { undo: () => Promise.reject(busy) }),
      task("replace", "machine"),
      failing(sick),
    ];
    await expect(run(tasks)).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      message: expect.stringMatching(/These are not as they were: two \(Busy\); one \(somebody else has changed it\)\.$/) as string,
      facts: { problem: "no rows", restored: null },
    });
    expect(log).toContain("undo machine, free");
  });
});

describe("what is in place after an undo", () => {
  const unnamed = running.releases.map((release) => ({ ...release, current: false }));

  it.each<[what: string, before: SiteStatus | null, returned: readonly (string | null | undefined)[], restored: string | null]>([
    ["is the release from before", running, [undefined], "Release v7"],
    ["is the site, where no release is current", { ...running, releases: unnamed }, [undefined], "pets"],
    ["is what an undo says", running, ["Release v8"], "Release v8"],
    ["is what the last undo says that says it", running, ["Release v9", "Release v8", undefined], "Release v8"],
    ["is also that after another found nothing", running, [null, "Release v8"], "Release v8"],
    ["is what an undo says, also where nothing served", { ...running, state: "stopped" }, ["Release v8"], "Release v8"],
    ["is nothing when an undo says so", running, ["Release v9", null], null],
    ["is nothing where nothing was", null, [undefined], null],
    ["is nothing where nothing ran yet", { ...running, state: "unfinished" }, [undefined], null],
    ["is nothing where nothing served", { ...running, state: "stopped" }, [undefined], null],
  ])("%s", async (_what, before, returned, restored) => {
    const tasks = returned.map((each) => task("update", "machine", { undo: () => Promise.resolve(each) })).toReversed();
    const message = restored === null ? "Busy." : `Busy. ${restored} is in place again.`;
    await expect(run([...tasks, failing(busy)], { before })).rejects.toMatchObject({
      message,
      facts: restored === null ? { at: 2 } : { at: 2, restored },
    });
  });
});
