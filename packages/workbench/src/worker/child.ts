// A process for a draft, or for what is asked of hosts: takes commands from the process that started it, one answer each, and outlives it
// only to end what it changes at a host.
import { toErrorJson, type PublishEvent } from "@datasette-publish/core";
import type { ProvidersModule } from "../providers.ts";
import { leaseMs, lookMs } from "../store/job-store.ts";
import { openStore } from "../store/open-store.ts";
import { HostWork } from "./host-work.ts";
import { asking, type Command, type KeepIn, type Reply } from "./messages.ts";
import { keepOutcome, type Outcome } from "./outcome.ts";
import { Session } from "./session.ts";

type Work = Extract<Command, { of: unknown }>;
type Change = Extract<Work, { of: { keep: unknown } }>;

/** Something that is changed at a host, or whose outcome nobody has written yet. */
interface Changing {
  readonly keep: KeepIn;
  report?: (event: PublishEvent) => void;
  readonly outcome: Promise<Outcome>;
}

const providers = (await import(process.argv[2]!)) as ProvidersModule;
const session = new Session(providers);
const hosts = new HostWork(providers);
const aborts = new Map<number, AbortController>();
const changing = new Map<number, Changing>();
let queue: Promise<unknown> = Promise.resolve();

process.on("message", (command: Command) => {
  if (command.verb === "abort") aborts.get(command.id)?.abort();
  else if (command.verb === "kept") changing.delete(command.id);
  else if ("of" in command) {
    aborts.set(command.id, new AbortController());
    if (asking.has(command.verb)) void run(command);
    else queue = queue.then(() => run(command));
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
  const { id, verb, of } = command;
  const { signal } = aborts.get(id)!;
  const ctx = { report: (event: PublishEvent) => tell({ id, event }), signal };
  signal.throwIfAborted();
  switch (verb) {
    case "rows":
      return session.rows(of);
    case "prepare":
    case "preview":
    case "compare":
    case "plan":
      return session[verb](of as never, ctx);
    case "look":
    case "choices":
    case "logIn":
    case "status":
    case "logs":
      return hosts[verb](of as never, ctx);
    default:
      return change(command, signal);
  }
}

/** Once the host is going to be changed, the process that started this one may go. */
function change({ id, ...work }: Change, signal: AbortSignal): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const report = (event: PublishEvent): void => (changing.get(id)?.report ?? ((of) => tell({ id, event: of })))(event);
  const undoable = (): void => {
    changing.set(id, { keep: work.of.keep, outcome: promise });
    tell({ id, undoable: true });
  };
  const ctx = { report, signal };
  const making = work.verb === "publish" ? session.publish(work.of, ctx, undoable) : hosts[work.verb](work.of as never, ctx, undoable);
  making.then(
    (made) => resolve({ made }),
    (error: unknown) => resolve({ error }),
  );
  return making;
}

/** The process that started this one is gone. What is being changed at a host is ended, and its outcome written, in its place. */
async function outlive(): Promise<void> {
  for (const [id, abort] of aborts) if (!changing.has(id)) abort.abort();
  for (const [id, work] of changing) await endChange(work, aborts.get(id));
  await session[Symbol.asyncDispose]().catch(() => {});
  process.exit();
}

async function endChange(work: Changing, abort: AbortController | undefined): Promise<void> {
  using store = openStore(work.keep.store);
  const own = store.of(work.keep.owner);
  own.jobs.takeOver(work.keep.job);
  work.report = (event) => void own.jobs.append(work.keep.job, event);
  const renewing = setInterval(() => own.jobs.renew(), leaseMs / 4);
  const looking = setInterval(() => {
    if (own.jobs.stopsAsked().length > 0) abort?.abort();
  }, lookMs);
  keepOutcome(own, work.keep, await work.outcome);
  clearInterval(renewing);
  clearInterval(looking);
}

function tell(reply: Reply): void {
  if (process.connected) process.send!(reply, undefined, {}, () => {});
}
