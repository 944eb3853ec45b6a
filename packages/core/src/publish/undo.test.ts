import { beforeEach, expect, it } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import type { PublishEvent } from "../events/events.ts";
import { contextWith } from "./fixtures.ts";
import { undoing, unhealthy, type Undo } from "./undo.ts";

const events: PublishEvent[] = [];
beforeEach(() => void events.splice(0));

const sick = unhealthy("no rows", "Look at it.");
const failure = new PublishError("HOST_REFUSED", "No rollback.", "Mend it.");
const report = (event: PublishEvent) => void events.push(event);
const steps = () => events.flatMap((event) => (event.type === "step.started" ? [event.id] : []));

const fail = (undo: Undo | undefined) =>
  undoing(
    contextWith({ report }),
    () => Promise.reject(sick),
    () => undo,
  );

/** The user cancels while something is done. */
function cancel(undo: Undo) {
  const stop = new AbortController();
  const work = () => (stop.abort(), Promise.reject(stop.signal.reason as Error));
  return undoing(contextWith({ report, signal: stop.signal }), work, () => undo);
}

it("says what is in place again", async () => {
  await expect(fail(() => Promise.resolve("v7"))).rejects.toMatchObject({
    code: "DEPLOYMENT_UNHEALTHY",
    message: "The site is not healthy: no rows. v7 is in place again.",
    facts: { problem: "no rows", restored: "v7" },
    cause: sick,
  });
  expect(steps()).toEqual(["undo"]);
});

it("says only what is wrong when nothing is undone, or nothing was in place", async () => {
  await expect(fail(undefined)).rejects.toBe(sick);
  expect(steps()).toEqual([]);
  await expect(fail(() => Promise.resolve(null))).rejects.toBe(sick);
  expect(steps()).toEqual(["undo"]);
});

it("still says what was wrong when going back fails too", async () => {
  await expect(fail(() => Promise.reject(failure))).rejects.toMatchObject({
    code: "DEPLOYMENT_UNHEALTHY",
    message: expect.stringMatching(/no rows.*No rollback/) as string,
    remedies: failure.remedies,
    facts: { restored: null },
    cause: failure,
  });
});

it("goes back when the user cancels, with a signal that is not cancelled", async () => {
  await expect(cancel(({ signal }) => Promise.resolve(String(signal?.aborted)))).rejects.toMatchObject({ name: "AbortError" });
  expect(events.at(-1)).toMatchObject({ code: "RESTORED", message: "false is in place again." });
  expect(events.at(-2)).toMatchObject({ outcome: "done" });
});

it("says so when a cancelled site could not go back", async () => {
  await expect(cancel(() => Promise.reject(failure))).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
});
