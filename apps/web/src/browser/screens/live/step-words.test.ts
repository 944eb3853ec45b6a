import { expect, test } from "vitest";
import type { StepProgress } from "../../progress.ts";
import { plainSteps, tellStep } from "./step-words.ts";

const tell = (id: string, title: string): string => tellStep({ id, title }, "Fly.io");
const step = (id: string, title: string, more: Partial<StepProgress> = {}): StepProgress => ({
  step: 1,
  id,
  title,
  done: 0,
  total: null,
  unit: "bytes",
  outcome: "done",
  ...more,
});

test("steps of core, of a host and of one that nobody knows", () => {
  expect(tell("convert", "Convert 3 files")).toBe("Read your files");
  expect(tell("copy:pets", "Copy pets.db")).toBe("Read your files");
  expect(tell("login", "Log in to Fly.io")).toBe("Ask Fly.io whose key it is");
  expect(tell("preview.boot", "Start Datasette")).toBe("Try it out on this computer");
  expect(tell("push", "Push to registry.fly.io/pets")).toBe("Send it to Fly.io");
  expect(tell("fly.create", "Create app pets")).toBe("Make a site in your account");
  expect(tell("fly.update", "Update secrets A, B")).toBe("Say what the site needs to run");
  expect(tell("heroku.replace", "Replace web dyno of pets")).toBe("Replace the version before");
  expect(tell("docker.write", "Write /home/me/pets.tar")).toBe("Write the file");
  expect(tell("shed.create", "Create bucket pets")).toBe("Create bucket pets");
});

test("two steps that say the same are one, with the state of the later one", () => {
  const steps = [
    step("fly.create", "Create address v6"),
    step("fly.create", "Create address shared_v4", { outcome: null }),
    step("push", "Push to x", { outcome: null, done: 30, total: 40 }),
    step("fly.create", "Create machine in iad"),
  ];
  expect(plainSteps(steps, "Fly.io").map(({ title, outcome, done }) => [title, outcome, done])).toEqual([
    ["Get a web address", null, 0],
    ["Send it to Fly.io", null, 30],
    ["Start it", "done", 0],
  ]);
});
