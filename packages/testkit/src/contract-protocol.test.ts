import { PublishError, openPage, providerInterface, removeOption, runProgram, setOption, useVerb, warning } from "@datasette-publish/core";
import type { Deployment, Provider, PublishEvent, Remedy } from "@datasette-publish/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { problemsOfDeployment, problemsOfError, problemsOfEvent } from "./contract-protocol.ts";
import { closeScene, openScene, type Scene } from "./contract-scene.ts";

const deployment = (next: unknown, facts: unknown = {}) => ({ provider: "p", id: "1", url: null, next, facts }) as Deployment;
const warned = (changes: object) => ({ type: "warned", ...warning("RESTORED", "It is back."), ...changes }) as PublishEvent;

const remedies: readonly Remedy[] = [
  { action: "advise", text: "Start Docker." },
  setOption("vmSize", "shared-cpu-1x", "if it is meant"),
  setOption("run", true),
  setOption("region"),
  removeOption("tag"),
  { action: "log-in", provider: "fly" },
  { action: "replace-file", file: "a.csv", line: 3 },
  { action: "leave-out", file: "a.csv" },
  { action: "retry", afterMs: 1000 },
  openPage("https://example.org/billing", "to settle it"),
  runProgram(["docker", "run", "--rm", "pets"]),
  useVerb("logs", "heroku", { app: "pets" }),
];

it("takes every remedy there is", () => {
  expect(problemsOfDeployment(deployment(remedies))).toEqual([]);
  expect(problemsOfError(new PublishError("HOST_BUSY", "Busy.", remedies, { status: 503, id: null }))).toEqual([]);
  expect(problemsOfEvent(warned({ remedies }))).toEqual([]);
});

it.each([
  ["docker run pets", "is not a remedy"],
  [{ action: "panic" }, "no known action"],
  [{ action: "toString" }, "no known action"],
  [{ action: "advise" }, "wrong text"],
  [{ action: "advise", text: "Give --app." }, "wrong text"],
  [{ action: "retry", note: "with --force" }, "wrong note"],
  [{ action: "set-option", option: "--app" }, "wrong option"],
  [{ action: "set-option", option: "vm-size" }, "wrong option"],
  [{ action: "set-option", option: "run", value: false }, "wrong value"],
  [{ action: "remove-option" }, "wrong option"],
  [{ action: "log-in", provider: "" }, "wrong provider"],
  [{ action: "replace-file", file: "a.csv", line: 1.5 }, "wrong line"],
  [{ action: "leave-out" }, "wrong file"],
  [{ action: "retry", afterMs: -1 }, "wrong afterMs"],
  [{ action: "open-page", url: "fly.io" }, "wrong url"],
  [{ action: "run", run: "docker ps" }, "wrong run"],
  [{ action: "run", run: [] }, "wrong run"],
  [{ action: "use", verb: "logs", options: { "--app": "pets" } }, "wrong options"],
  [{ action: "retry", after: 3 }, "a field after"],
])("refuses %j", (remedy, problem) => {
  expect(problemsOfDeployment(deployment([remedy]))).toEqual([expect.stringContaining(problem)]);
  expect(problemsOfEvent(warned({ remedies: [remedy] }))).toEqual([expect.stringContaining(problem)]);
});

it.each([
  [problemsOfEvent(warned({ code: "ODD" })), "its code is not in the table"],
  [problemsOfEvent(warned({ message: "" })), "no message"],
  [problemsOfEvent(warned({ facts: { list: [[1]] } })), "its fact list"],
  [problemsOfError(new Error("plain")), "not a PublishError"],
  [problemsOfError(new PublishError("HOST_BUSY", "", [])), "no message"],
  [problemsOfDeployment(deployment([], null)), "its facts are not an object"],
  [problemsOfDeployment(deployment("docker run pets")), "not a list"],
])("says %j", (problems, problem) => {
  expect(problems).toEqual([expect.stringContaining(problem)]);
});

const careless: Provider = {
  interface: providerInterface,
  name: "careless",
  title: "Careless",
  description: "Speaks as it likes",
  options: { fail: { type: "boolean", description: "Fail" } },
  accepts: { images: { platforms: ["linux/amd64"] } },
  check: () => Promise.resolve(),
  rollout: async ({ options, report }) => ({
    tasks: [],
    result() {
      report(warned({ code: "ODD" }));
      if (options["fail"]) throw new PublishError("HOST_BUSY", "Busy.", "Use --later.");
      return deployment(["docker run pets"]);
    },
  }),
};

let scene: Scene;
beforeEach(async () => {
  scene = await openScene(careless, { options: () => ({}) });
});
afterEach(() => closeScene(scene));

it("is looked at in whatever a provider reports, returns and throws", async () => {
  await scene.run();
  await scene.run({ options: { fail: true } }).catch(() => undefined);
  const seen = ["warning ODD", "deployment: next", "warning ODD", "error HOST_BUSY"];
  expect(scene.misspoken()).toEqual(seen.map((what) => expect.stringContaining(what) as string));
});
