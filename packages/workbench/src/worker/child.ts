// The process of one draft: takes commands from the process that started it, one answer each, and outlives it only to end a publish.
import { toErrorJson, type PublishEvent } from "@datasette-publish/core";
import type { ProvidersModule } from "../providers.ts";
import { leaseMs } from "../store/job-store.ts";
import { openStore } from "../store/open-store.ts";
import type { Command, KeepIn, Published, Reply } from "./messages.ts";
import { keepOutcome, type Outcome } from "./outcome.ts";
import { Session } from "./session.ts";

type Work = Extract<Command, { of: unknown }>;

/** A publish that changes something at its host, or whose outcome nobody has written yet. */
interface Publishing {
  readonly keep: KeepIn;
  report?: (event: PublishEvent) => void;
  readonly outcome: Promise<Outcome>;
}

const session = new Session((await import(process.argv[2]!)) as ProvidersModule);
const aborts = new Map<number, AbortController>();
const publishing = new Map<number, Publishing>();
let queue: Promise<unknown> = Promise.resolve();

process.on("message", (command: Command) => {
  if (command.verb === "abort") aborts.get(command.id)?.abort();
  else if (command.verb === "kept") publishing.delete(command.id);
  else if ("of" in command) {
    aborts.set(command.id, new AbortController());
    queue = queue.then(() => run(command));
  }
});
process.on("disconnect", () => void outlive());
// Ctrl-C in the terminal is for the process that started this one.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
tell({ id: 0, made: null });

async function run(command: Work): Promise<void> {
  const { id } = command;
  try {
    const made = await carryOut(command);
    tell({ id, made });
  } catch (error) {
    tell({ id, error: toErrorJson(error) });
  } finally {
    aborts.delete(id);
  }
}

async function carryOut(command: Work): Promise<unknown> {
  const { id } = command;
  const { signal } = aborts.get(id)!;
  const report = (event: PublishEvent): void => {
    const taken = publishing.get(id)?.report;
    if (taken === undefined) tell({ id, event });
    else taken(event);
  };
  const ctx = { report, signal };
  signal.throwIfAborted();
  if (command.verb === "rows") return await session.rows(command.of);
  if (command.verb === "prepare") return await session.prepare(command.of, ctx);
  if (command.verb === "preview") return await session.preview(command.of, ctx);
  if (command.verb === "compare") return await session.compare(command.of, ctx);
  if (command.verb === "plan") return await session.plan(command.of, ctx);
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const undoable = (): void => {
    publishing.set(id, { keep: command.of.keep, outcome: promise });
    tell({ id, undoable: true });
  };
  return await session.publish(command.of, ctx, undoable).then(
    (published: Published) => (resolve({ published }), published),
    (error: unknown) => {
      resolve({ error });
      throw error;
    },
  );
}

/** The process that started this one is gone. What is being published is ended, and its outcome written, in its place. */
async function outlive(): Promise<void> {
  for (const [id, abort] of aborts) if (!publishing.has(id)) abort.abort();
  for (const work of publishing.values()) await endPublish(work);
  await session[Symbol.asyncDispose]().catch(() => {});
  process.exit();
}

async function endPublish(work: Publishing): Promise<void> {
  using store = openStore(work.keep.store);
  const own = store.of(work.keep.owner);
  own.jobs.takeOver(work.keep.job);
  work.report = (event) => void own.jobs.append(work.keep.job, event);
  const renewing = setInterval(() => own.jobs.renew(), leaseMs / 4);
  keepOutcome(own, work.keep, await work.outcome);
  clearInterval(renewing);
}

function tell(reply: Reply): void {
  if (process.connected) process.send!(reply, undefined, {}, () => {});
}
