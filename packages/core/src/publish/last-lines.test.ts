import { once } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { PublishEvent } from "../events/events.ts";
import type { Provider } from "../provider/provider.ts";
import { contextWith, shelf } from "./fixtures.ts";
import { withLastLines } from "./last-lines.ts";
import { unhealthy } from "./undo.ts";

const events: PublishEvent[] = [];
beforeEach(() => void events.splice(0));
afterEach(() => void vi.restoreAllMocks());

const sick = unhealthy("no rows", ["Look at it.", { action: "set-option", option: "timeout", value: "360" }]);
type Logs = NonNullable<Provider["logs"]>;
const read = (logs?: Logs, signal?: AbortSignal) => {
  const ctx = contextWith({ report: (event) => events.push(event), ...(signal && { signal }) });
  return withLastLines({ ...shelf, ...(logs && { logs }) }, sick, ctx);
};
const refused: Logs = () => {
  throw new Error("no log");
};
const shown = [{ type: "output", id: "shelf", text: "one\ntwo" }];

it("shows the last lines, and adds them to the error", async () => {
  const logs = vi.fn<Logs>(async function* () {
    yield* ["one", "two", ""];
  });
  expect(await read(logs)).toMatchObject({
    code: "DEPLOYMENT_UNHEALTHY",
    message: sick.message,
    remedies: [{ text: expect.stringContaining("last lines") as string }, { option: "timeout" }, { action: "retry" }],
    facts: { ...sick.facts, logs: "one\ntwo" },
    cause: sick,
  });
  expect(logs).toHaveBeenCalledExactlyOnceWith(expect.anything(), { follow: false, lines: 20 });
  expect(events).toEqual(shown);
});

it.each<[what: string, logs: Logs | undefined]>([
  ["keeps no log", undefined],
  ["has nothing in its log", async function* () {}],
  ["does not give its log", refused],
])("leaves the error as it is where the host %s", async (_what, logs) => {
  expect(await read(logs)).toBe(sick);
  expect(events).toEqual([]);
});

/** Ends when it is told to. */
const endless: Logs = async function* ({ signal }) {
  yield* ["one", "two"];
  await once(signal!, "abort");
  signal!.throwIfAborted();
};

it.each<[what: string, logs: Logs]>([
  [
    "fails",
    async function* () {
      yield* ["one", "two"];
      throw new Error("broken off");
    },
  ],
  ["does not end", endless],
  [
    "does not end when it is told to",
    async function* () {
      yield* ["one", "two"];
      await new Promise(() => {});
    },
  ],
])("shows what came of a log that %s", async (_what, logs) => {
  const { timeout } = AbortSignal;
  vi.spyOn(AbortSignal, "timeout").mockImplementation(() => timeout.call(AbortSignal, 50));
  expect(await read(logs)).toMatchObject({ facts: { logs: "one\ntwo" } });
  expect(events).toEqual(shown);
});

it.each<[when: string, cancels: (stop: AbortController) => Logs]>([
  ["before it is asked for", (stop) => (stop.abort(), endless)],
  [
    "while it begins",
    (stop) =>
      (...call) => (stop.abort(), endless(...call)),
  ],
  ["while it comes", (stop) => (setImmediate(() => stop.abort()), endless)],
])("is told, and at once, when the user cancels %s", async (_when, cancels) => {
  const stop = new AbortController();
  expect(await read(cancels(stop), stop.signal)).toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", message: sick.message });
});
